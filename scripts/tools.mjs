// The programs and libraries that building and testing use: how each is recognised on this machine, and the Debian
// packages that contain it. This is the only list of them: scripts, continuous integration and the Dockerfile install
// from it (setup.mjs).
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { clangFormatVersion, findClangFormat } from './clang-format.mjs';

/** @type {Record<string, { found: () => boolean, packages: string[] }>} */
export const tools = {
  'emcc': { found: () => onPath('emcc'), packages: ['emscripten'] },
  'cmake': { found: () => onPath('cmake'), packages: ['cmake'] },
  'ninja': { found: () => onPath('ninja'), packages: ['ninja-build'] },
  // A compiler without the headers of the standard library is of no use.
  'gcc': { found: () => compiles('gcc', 'c', 'stdio.h'), packages: ['gcc', 'libc6-dev'] },
  'g++': { found: () => compiles('g++', 'c++', 'cstdio'), packages: ['g++'] },
  'clang': { found: () => compiles('clang', 'c', 'stdio.h'), packages: ['clang', 'libc6-dev'] },
  'libuv': { found: () => compiles('gcc', 'c', 'uv.h'), packages: ['libuv1-dev'] },
  'zlib': { found: () => compiles('gcc', 'c', 'zlib.h'), packages: ['zlib1g-dev'] },
  'arm-gcc': {
    found: () => compiles('arm-none-eabi-gcc', 'c', 'string.h'),
    packages: ['gcc-arm-none-eabi', 'libnewlib-arm-none-eabi'],
  },
  'qemu-arm': { found: () => onPath('qemu-system-arm'), packages: ['qemu-system-arm'] },
  'pkg-config': { found: () => onPath('pkg-config'), packages: ['pkg-config'] },
  'meson': { found: () => onPath('meson'), packages: ['meson'] },
  'python': {
    found: () => spawnSync(process.env.PYTHON ?? '/usr/bin/python3', ['--version']).status === 0,
    packages: ['python3'],
  },
  'git': { found: () => onPath('git'), packages: ['git'] },
  'clang-format': { found: () => findClangFormat() !== undefined, packages: [`clang-format-${clangFormatVersion}`] },
  'clang-tidy': { found: () => onPath('clang-tidy'), packages: ['clang-tidy'] },
  'cppcheck': { found: () => onPath('cppcheck'), packages: ['cppcheck'] },
  'gcovr': { found: () => onPath('gcovr'), packages: ['gcovr'] },
  'llvm-cov': { found: () => ['llvm-cov', 'llvm-profdata'].every(onPath), packages: ['llvm'] },
  // libFuzzer is part of clang's runtime libraries, which are a package of their own.
  'fuzzer': { found: linksFuzzer, packages: ['clang', 'libclang-rt-14-dev'] },
  'chromium': { found: () => existsSync(process.env.CHROMIUM ?? '/usr/bin/chromium'), packages: ['chromium'] },
  'firefox': { found: () => existsSync(process.env.FIREFOX ?? '/usr/bin/firefox-esr'), packages: ['firefox-esr'] },
  'webkit': {
    found: () => ['WebKitWebDriver', 'Xvfb', 'xvfb-run', 'xauth'].every(onPath),
    packages: ['webkit2gtk-driver', 'xvfb', 'xauth'],
  },
  // Debian's package serves Debian's Python, which need not be the first one on PATH. `import twisted` would find the
  // folder of that name that the build writes.
  'twisted': {
    found: () => spawnSync(process.env.PYTHON ?? '/usr/bin/python3', ['-c', 'import twisted.internet']).status === 0,
    packages: ['python3-twisted'],
  },
  'redis': { found: () => onPath('redis-server'), packages: ['redis-server'] },
  'doxygen': { found: () => onPath('doxygen'), packages: ['doxygen'] },
};

/** The Debian packages of some tools, each once. @param {string[]} names */
export const packagesOf = (names) => [...new Set(names.flatMap((name) => tools[name].packages))];

/** Whether a command is on PATH. @param {string} command */
export function onPath(command) {
  return process.env.PATH.split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function compiles(compiler, language, header) {
  return spawnSync(compiler, ['-E', `-x${language}`, '-'], { input: `#include <${header}>\n` }).status === 0;
}

function linksFuzzer() {
  const input = 'int LLVMFuzzerTestOneInput(const unsigned char *data, unsigned long size) { return data && !size; }\n';
  return spawnSync('clang', ['-fsanitize=fuzzer', '-xc', '-', '-o', '/dev/null'], { input }).status === 0;
}
