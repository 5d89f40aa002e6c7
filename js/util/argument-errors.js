// The wording of errors about invalid arguments.

/**
 * Describes a value briefly, for an error message.
 * @param {unknown} value
 */
export function describe(value) {
  if (value === null || value === undefined) return String(value);
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value);
    case 'function':
      return `a function${nameOf(value) && ` named ${nameOf(value)}`}`;
    case 'object': {
      const name = Object.getPrototypeOf(value)?.constructor?.name;
      return name ? `an object of class ${name}` : 'an object';
    }
    case 'bigint':
      return `${value}n`;
    default:
      return String(value);
  }
}

/**
/**
 * Returns the name of a function; '' if it has none that is a string.
 * @param {Function} f
 * @returns {string}
 */
export function nameOf(f) {
  try {
    return typeof f.name === 'string' ? f.name : '';
  } catch {
    return '';
  }
}

/**
 * Returns the options of an object. Reads each once: a getter or a Proxy may return something else after it was checked.
 * @param {string} what  function and parameter: 'cooperate: options'
 * @param {any} object
 * @param {(string | symbol)[]} names
 * @returns {any}
 * @throws {TypeError} if it has a name that no option has, and which is probably misspelt
 */
export function readOnce(what, object, names) {
  const unknown = Object.keys(object).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const known = names.filter((name) => typeof name === 'string').join(', ');
    throw new TypeError(`${what} must not have a member ${describe(unknown)}; there are ${known}`);
  }
  return Object.fromEntries(names.map((name) => [name, object[name]]));
}

/**
 * Creates the TypeError for an argument of the wrong type.
 * @param {string} what  function and parameter: 'cooperate: options.name'
 * @param {string} expected  the right type, with its article: 'a string'
 * @param {unknown} value  the argument
 */
export function mustBe(what, expected, value) {
  return new TypeError(`${what} must be ${expected}, not ${describe(value)}`);
}
