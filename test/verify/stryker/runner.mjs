// Stryker's runner for Jest, which by itself loads every test file for every mutant. This one loads only the files that
// contain tests of the mutant.
import { readFileSync, writeFileSync } from 'node:fs';
import { strykerPlugins as plugins, strykerValidationSchema } from '@stryker-mutator/jest-runner';

/** Written by the runner of the dry run into the sandbox, for the runners in other processes. */
const FILES_OF_TESTS = 'files-of-tests.json';

class FilewiseRunner {
  #jest;
  /** @type {Record<string, string[]> | undefined} */
  #filesOf;

  constructor(jest) {
    this.#jest = jest;
  }

  init() {
    return this.#jest.init();
  }

  capabilities() {
    return this.#jest.capabilities();
  }

  async dryRun(options) {
    const result = await this.#jest.dryRun(options);
    if (options.coverageAnalysis === 'perTest' && result.status === 'complete') {
      const filesOf = {};
      for (const { id, fileName } of result.tests) (filesOf[id] ??= []).push(fileName);
      writeFileSync(FILES_OF_TESTS, JSON.stringify(filesOf));
    }
    return result;
  }

  mutantRun(options) {
    if (options.testFilter !== undefined) {
      this.#filesOf ??= JSON.parse(readFileSync(FILES_OF_TESTS, 'utf8'));
      this.#jest.jestConfig.testMatch = [...new Set(options.testFilter.flatMap((test) => this.#filesOf[test]))];
    }
    this.#jest.jestConfig.testTimeout = 2_000; // a mutant may make a test wait forever
    process.mutantDetected = false;
    return this.#jest.mutantRun(options);
  }
}

filewise.inject = ['$injector'];
function filewise(injector) {
  return new FilewiseRunner(plugins[0].factory(injector));
}

export { strykerValidationSchema };
export const strykerPlugins = [{ kind: 'TestRunner', name: 'jest-filewise', factory: filewise }];
