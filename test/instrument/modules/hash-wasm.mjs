// hash-wasm: argon2 and hashes.
import { print, require, sample } from './files.js';

const { argon2id, bcrypt, blake3, sha256, sha3, xxhash64 } = require('hash-wasm');
const data = sample(20_000);
const salt = sample(16);
print(
  await argon2id({
    password: 'p',
    salt,
    parallelism: 2,
    iterations: 2,
    memorySize: 64,
    hashLength: 32,
    outputType: 'hex',
  }),
  await bcrypt({ password: 'p', salt, costFactor: 4, outputType: 'hex' }),
  await sha256(data),
  await sha3(data),
  await blake3(data),
  await xxhash64(data),
);
