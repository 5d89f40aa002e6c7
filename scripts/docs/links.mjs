// Checks the links of the documentation site.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { site } from './paths.mjs';

/**
 * Rejects with a list of the links that lead to no file, or to no element of it. Links to other sites are not followed.
 * @returns {Promise<string>}  how much was checked
 */
export async function checkLinks() {
  const pages = readdirSync(site, { recursive: true }).filter((name) => name.endsWith('.html'));
  const anchorsOf = anchorReader();
  const dead = new Set();
  let checked = 0;
  for (const page of pages) {
    for (const link of localLinks(readFileSync(join(site, page), 'utf8'))) {
      checked++;
      const [path, fragment] = link.split('#').map(decodeURIComponent);
      let target = path === '' ? join(site, page) : resolve(site, dirname(page), path.replace(/\?.*/, ''));
      if (path.endsWith('/')) target = join(target, 'index.html');
      const isFile = statSync(target, { throwIfNoEntry: false })?.isFile() ?? false;
      const hasAnchor = () => !fragment || !target.endsWith('.html') || anchorsOf(target).has(fragment);
      if (!isFile || !hasAnchor()) dead.add(`${page}: ${link}`);
    }
  }
  if (checked === 0) throw new Error('build/docs contains no link');
  if (dead.size > 0) throw new Error(`Dead links:\n${[...dead].join('\n')}`);
  return `${pages.length} pages, ${checked} links, none of them dead`;
}

/** The links of a page that do not lead to another site. */
function localLinks(html) {
  const text = html.replace(/<script\b[^]*?<\/script>/g, '');
  const links = [...text.matchAll(/<[a-z][^>]*\s(?:href|src)="([^"]*)"/g)].map(([, link]) => decode(link));
  return links.filter((link) => !/^(?:[a-z]+:|\/\/)/i.test(link));
}

/** Reads the places in a page that a link can name; each page once. */
function anchorReader() {
  const known = new Map();
  return (path) => {
    if (!known.has(path)) {
      const text = readFileSync(path, 'utf8');
      known.set(path, new Set([...text.matchAll(/\s(?:id|name)="([^"]*)"/g)].map(([, name]) => decode(name))));
    }
    return known.get(path);
  };
}

const decode = (text) =>
  text
    .replace(/&amp;/g, '&')
    .replace(/&quot;/g, '"')
    .replace(/&#(\d+);/g, (all, code) => String.fromCodePoint(code));
