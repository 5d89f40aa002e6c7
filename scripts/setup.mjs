// Makes sure that what a command needs is there: programs (Debian's packages, when run as root) and node_modules.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root, run } from './run.mjs';

const tools = {
  emcc: { found: () => onPath('emcc'), packages: ['emscripten'] },
  cmake: { found: () => onPath('cmake'), packages: ['cmake'] },
  ninja: { found: () => onPath('ninja'), packages: ['ninja-build'] },
  // A gcc without the C library's headers is no use either.
  gcc: { found: () => compiles('gcc'), packages: ['gcc', 'libc6-dev'] },
  clang: { found: () => compiles('clang'), packages: ['clang', 'libc6-dev'] },
  libuv: { found: () => compiles('gcc', 'uv.h'), packages: ['libuv1-dev'] },
  zlib: { found: () => compiles('gcc', 'zlib.h'), packages: ['zlib1g-dev'] },
  chromium: {
    found: () => existsSync(process.env.CHROMIUM ?? '/usr/bin/chromium'),
    packages: ['chromium'],
  },
  firefox: {
    found: () => existsSync(process.env.FIREFOX ?? '/usr/bin/firefox-esr'),
    packages: ['firefox-esr'],
  },
  'clang-tidy': { found: () => onPath('clang-tidy'), packages: ['clang-tidy'] },
  cppcheck: { found: () => onPath('cppcheck'), packages: ['cppcheck'] },
  gcovr: { found: () => onPath('gcovr'), packages: ['gcovr'] },
  'llvm-cov': { found: () => ['llvm-cov', 'llvm-profdata'].every(onPath), packages: ['llvm'] },
  // libFuzzer comes with the compiler's own runtime libraries
  fuzzer: {
    found: () =>
      spawnSync('clang', ['-fsanitize=fuzzer', '-xc', '-', '-o', '/dev/null'], {
        input: 'int LLVMFuzzerTestOneInput(const unsigned char *data, unsigned long size) { return data && !size; }\n',
      }).status === 0,
    packages: ['clang', 'libclang-rt-14-dev'],
  },
  webkit: {
    found: () => ['WebKitWebDriver', 'Xvfb', 'xvfb-run', 'xauth'].every(onPath),
    packages: ['webkit2gtk-driver', 'xvfb', 'xauth'],
  },
  // Debian's package is for Debian's Python, which may not be the first on PATH.
  twisted: {
    found: () => spawnSync(process.env.PYTHON ?? '/usr/bin/python3', ['-c', 'import twisted']).status === 0,
    packages: ['python3-twisted'],
  },
  redis: { found: () => onPath('redis-server'), packages: ['redis-server'] },
  doxygen: { found: () => onPath('doxygen'), packages: ['doxygen'] },
};

const building = ['emcc', 'cmake', 'ninja'];
export const needs = {
  build: building,
  start: building,
  docs: ['doxygen'],
  test: [
    ...building,
    'gcc',
    'clang',
    'clang-tidy',
    'cppcheck',
    'libuv',
    'zlib',
    'chromium',
    'firefox',
    'webkit',
    'twisted',
    'redis',
    'doxygen',
  ],
  verify: [...building, 'gcc', 'clang', 'twisted', 'clang-tidy', 'cppcheck', 'gcovr', 'llvm-cov', 'fuzzer'],
};

/**
 * @param {(keyof typeof tools)[]} names
 * @param {string[]} [folders]  whose packages from npm are needed
 */
export async function setup(names, folders = ['.']) {
  const missing = names.filter((name) => !tools[name].found());
  if (missing.length > 0) await install(missing);
  for (const folder of folders) {
    if (!isStale(join(folder, 'node_modules/.package-lock.json'), join(folder, 'package-lock.json'))) continue;
    console.log(`Installing the packages of ${join(folder, 'package-lock.json')}: npm ci`);
    await run('npm', ['ci'], { cwd: join(root, folder), show: true });
  }
}

async function install(missing) {
  const packages = [...new Set(missing.flatMap((name) => tools[name].packages))];
  if (process.getuid?.() !== 0 || !onPath('apt-get')) {
    throw new Error(`Not found: ${missing.join(', ')}. On Debian: apt-get install ${packages.join(' ')}`);
  }
  console.log(`Not found: ${missing.join(', ')}. Installing with apt-get: ${packages.join(' ')}`);
  const apt = (...args) =>
    run('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
      show: true,
    });
  await apt('update');
  await apt('install', '-y', '--no-install-recommends', ...packages);
  const still = missing.filter((name) => !tools[name].found());
  if (still.length > 0) throw new Error(`Still not found after installing ${packages.join(' ')}: ${still.join(', ')}`);
}

function onPath(command) {
  return process.env.PATH.split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function compiles(compiler, header = 'stdio.h') {
  return spawnSync(compiler, ['-E', '-xc', '-'], { input: `#include <${header}>\n` }).status === 0;
}

function isStale(made, source) {
  const time = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return time(made) < time(source);
}
