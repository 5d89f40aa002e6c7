// Removes from the reference what is only for the compiler or for the package's own files. TypeDoc itself leaves out
// what is marked @internal.
import { Converter } from 'typedoc';

/** @param {import('typedoc').Application} app */
export function load({ converter }) {
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const reflection of Object.values(project.reflections)) {
      // TypeDoc lists the type parameters of a class by itself.
      reflection.comment?.removeTags('@template');
      // Members whose name is a symbol are shared between files of the package.
      if (/^\[[A-Z_]+\]$/.test(reflection.name)) project.removeReflection(reflection);
    }
  });
}
