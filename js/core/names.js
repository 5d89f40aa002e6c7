// The names of the core's functions. The build shortens them in the package, but not in C programs: these have the
// names of the sources, because they are built by others and may be linked with another version of the library.

/**
 * By the name in the sources, the name in the package. The build fills it in: see scripts/package/core-names.mjs.
 * @type {Record<string, string>}
 */
const shortNames = {};

/** Returns the name in the package. @param {string} name  as in a C program */
export function nameInPackage(name) {
  return shortNames[name] ?? name;
}

/**
 * Returns functions under the names by which C programs know them.
 * @template F
 * @param {Record<string, F>} functions  by their names in the package
 * @returns {Record<string, F>}
 */
export function forProgram(functions) {
  const longNames = Object.fromEntries(Object.entries(shortNames).map(([long, short]) => [short, long]));
  return Object.fromEntries(Object.entries(functions).map(([name, f]) => [longNames[name] ?? name, f]));
}
