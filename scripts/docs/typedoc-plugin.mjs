// Members whose names are symbols of the package's own, as [CORE], are no business of its users.
import { Converter } from 'typedoc';

/** @param {import('typedoc').Application} app */
export function load({ converter }) {
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const reflection of Object.values(project.reflections)) {
      if (/^\[[A-Z]+\]$/.test(reflection.name)) project.removeReflection(reflection);
    }
  });
}
