// The SHA-256 of a file of any size. JavaScript waits for each piece of the file. C hashes the piece in a native task,
// and this task waits for that one.

const PIECE = 1 << 20; // bytes; a multiple of SHA-256's blocks of 64
const DIGEST_OFFSET = 12; // of the digest in the struct: three 32-bit words come first

export function* hashFile(file, { sha256, native, cooperate, progress, signal }) {
  const state = sha256.sha256_create(PIECE);
  if (state === 0) throw new Error('sha256.wasm is out of memory');
  const [data] = new Uint32Array(sha256.memory.buffer, state, 1);
  try {
    // The loop runs at least once, also for an empty file.
    for (let at = 0; at === 0 || at < file.size; at += PIECE) {
      const piece = new Uint8Array(yield file.slice(at, at + PIECE).arrayBuffer());
      new Uint8Array(sha256.memory.buffer, data).set(piece);
      sha256.sha256_feed(state, piece.length);
      // With the signal, stopping this task stops the native one, before `finally` frees the memory that it uses.
      yield cooperate(native({ step: sha256.sha256_step, state }), { signal }).whenDone();
      progress(at + piece.length, file.size);
    }
    const digest = new Uint8Array(sha256.memory.buffer, state + DIGEST_OFFSET, 32);
    return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  } finally {
    sha256.sha256_destroy(state);
  }
}
