// Removes from the reference what is meant for the compiler or for the package's own files.
import { Converter } from 'typedoc';

/** @param {import('typedoc').Application} app */
export function load({ converter }) {
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const reflection of Object.values(project.reflections)) {
      // the page of a class lists its type parameters anyway
      reflection.comment?.removeTags('@template');
      if (/^\[[A-Z]+\]$/.test(reflection.name) || isNotForUse(reflection)) project.removeReflection(reflection);
    }
  });
}

/** Marks, for example, the constructor of a class of which only the package creates instances. */
function isNotForUse({ signatures }) {
  return signatures?.every(({ comment }) => comment?.summary[0]?.text.startsWith('Not for use:')) ?? false;
}
