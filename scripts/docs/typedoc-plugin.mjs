// Removes from the reference what is meant for the compiler or for the package's own files, and adds the sections of
// docs/reference/ to the functions and classes that they are about.
import { Converter } from 'typedoc';
import { additionFiles, sectionsOf } from './additions.mjs';

/** @param {import('typedoc').Application} app */
export function load({ converter }) {
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const reflection of Object.values(project.reflections)) {
      // the page of a class lists its type parameters anyway
      reflection.comment?.removeTags('@template');
      if (/^\[[A-Z]+\]$/.test(reflection.name) || isNotForUse(reflection)) project.removeReflection(reflection);
    }
    addSections(project);
  });
}

/** Throws if a section is about nothing. @param {import('typedoc').ProjectReflection} project */
function addSections(project) {
  for (const [module, path] of Object.entries(additionFiles)) {
    const { children } = project.children.find(({ name }) => name === module);
    for (const [name, text] of sectionsOf(path)) {
      const found = children.find((child) => child.name === name);
      const comments = found?.signatures?.map(({ comment }) => comment) ?? [found?.comment];
      if (comments[0] === undefined) throw new Error(`${path}: nothing is documented under the name ${name}`);
      for (const comment of comments) comment?.summary.push({ kind: 'text', text: `\n\n${text}` });
    }
  }
}

/** Marks, for example, the constructor of a class of which only the package creates instances. */
function isNotForUse({ signatures }) {
  return signatures?.every(({ comment }) => comment?.summary[0]?.text.startsWith('Not for use:')) ?? false;
}
