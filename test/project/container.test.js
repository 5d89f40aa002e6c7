// The Dockerfile and the development container. No container is started here.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tools } from '../../scripts/tools.mjs';
import { at, read } from './support.js';

const dockerfile = read('Dockerfile').replace(/^#.*\n/gm, '');

test('the base image is Debian 12 with an exact version of Node', () => {
  expect(dockerfile).toMatch(/^FROM node:\d+\.\d+\.\d+-bookworm$/m);
});

test('the packages come from the list in scripts/tools.mjs alone', () => {
  expect(dockerfile).toMatch(/^COPY scripts\/ \/setup\/scripts\/$/m);
  expect(dockerfile).toContain('RUN node /setup/scripts/setup.mjs --all');
  expect(dockerfile).not.toMatch(/\bapt(-get)?\b(?!\/lists)/);
});

test('the build context contains scripts/ and nothing else', () => {
  expect(read('.dockerignore')).toBe('*\n!scripts\n');
});

test('the development container uses the Dockerfile', () => {
  const { build } = JSON.parse(read('.devcontainer/devcontainer.json'));
  expect(join('.devcontainer', build.dockerfile)).toBe('Dockerfile');
  expect(dirname(join('.devcontainer', build.context, 'Dockerfile'))).toBe('.');
  expect(existsSync(at(join('.devcontainer', build.dockerfile)))).toBe(true);
});

test.each(Object.entries(tools))('%s comes from Debian packages', (name, { packages }) => {
  expect(packages.length).toBeGreaterThan(0);
  expect(packages.filter((name) => !/^[a-z0-9][a-z0-9+.-]+$/.test(name))).toEqual([]);
});

test('a folder named twisted is not taken for Twisted', () => {
  const directory = at('build/test-project/not-twisted');
  mkdirSync(join(directory, 'twisted'), { recursive: true });
  const python = join(directory, 'python');
  writeFileSync(python, `#!/bin/sh\ncd ${directory} && exec /usr/bin/python3 -S "$@"\n`, { mode: 0o755 });
  const { PYTHON } = process.env;
  process.env.PYTHON = python;
  try {
    expect(tools.twisted.found()).toBe(false);
  } finally {
    if (PYTHON === undefined) delete process.env.PYTHON;
    else process.env.PYTHON = PYTHON;
  }
});
