// What is written for the compiler, or for the package's own files, is no business of its users.
import { Converter } from 'typedoc';

/** @param {import('typedoc').Application} app */
export function load({ converter }) {
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const reflection of Object.values(project.reflections)) {
      // a class's own tag: the page lists its type parameters anyway
      reflection.comment?.removeTags('@template');
      if (/^\[[A-Z]+\]$/.test(reflection.name) || isNotForUse(reflection)) project.removeReflection(reflection);
    }
  });
}

/** As the constructor of a class that only the package makes instances of. */
function isNotForUse({ signatures }) {
  return signatures?.every(({ comment }) => comment?.summary[0]?.text.startsWith('Not for use:')) ?? false;
}
