// Programs in the text format: instrumented, they validate, and compute what the originals compute.
import { attach, countChecks, instrumented, rewrite } from './support/instrument.js';
import { programs } from './support/assemble.js';

const ARGUMENTS = [0, 1, 2, 3, 7, 20, 50];

function instantiate(bytes) {
  const imports = {
    host: {
      add: (a, b) => a + b,
      global: new WebAssembly.Global({ value: 'i32', mutable: true }, 1),
      constant: 3,
      table: new WebAssembly.Table({ element: 'anyfunc', initial: 2 }),
      memory: new WebAssembly.Memory({ initial: 1 }),
    },
  };
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
}

const results = (instance) => ARGUMENTS.map((argument) => instance.exports.run(argument));

describe.each(programs)('$name', ({ assemble }) => {
  let plain;
  let bytes;
  let state;
  beforeAll(() => {
    plain = assemble();
    bytes = instrumented(plain);
    state = instrumented(plain, { state: true });
  });

  test('is rewritten to a valid module', () => {
    expect(WebAssembly.validate(plain)).toBe(true);
    expect(WebAssembly.validate(bytes)).toBe(true);
    expect(WebAssembly.validate(state)).toBe(true);
  });

  test('computes the same without hooks', () => {
    expect(results(instantiate(bytes))).toEqual(results(instantiate(plain)));
  });

  test('computes the same with a call of the host at every check', () => {
    const instance = instantiate(bytes);
    const counter = countChecks(instance);
    expect(results(instance)).toEqual(results(instantiate(plain)));
    expect(counter.checks).toBeGreaterThanOrEqual(84); // one for each iteration of a loop
  });

  test('computes the same with budgets of every small size, and suspensions', () => {
    const instance = instantiate(state);
    let budget = 0;
    let suspensions = 0;
    attach(instance, {
      check: () => (budget++ % 3 === 0 ? -1 : budget % 200),
      suspend: () => {
        suspensions++;
        return budget % 7 === 0 ? -5 : budget % 50;
      },
    });
    expect(results(instance)).toEqual(results(instantiate(plain)));
    expect(suspensions).toBeGreaterThan(3);
  });

  test('is not instrumented twice', () => {
    expect(rewrite(bytes).status).toBe('INSTRUMENTED');
  });
});
