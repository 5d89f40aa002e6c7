// The SHA-256 of a file of any size: JavaScript waits for each piece, and C hashes it, as a native task of its own
// that this one waits for.

const PIECE = 1 << 20; // bytes; whole blocks of SHA-256

export function* hashFile(file, { sha256, native, cooperate, progress, signal }) {
  const state = sha256.sha256_create(PIECE);
  if (state === 0) throw new Error('sha256.wasm is out of memory');
  const [data] = new Uint32Array(sha256.memory.buffer, state, 1);
  try {
    for (let at = 0; at === 0 || at < file.size; at += PIECE) {
      // an empty file is one piece, too
      const piece = new Uint8Array(yield file.slice(at, at + PIECE).arrayBuffer());
      new Uint8Array(sha256.memory.buffer, data).set(piece);
      sha256.sha256_feed(state, piece.length);
      // C has its turns now. When this task is stopped, so is that one, before the memory is given back.
      yield cooperate(native({ step: sha256.sha256_step, state }), { signal }).whenDone();
      progress(at + piece.length, file.size);
    }
    const digest = new Uint8Array(sha256.memory.buffer, state + 12, 32); // behind three words
    return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  } finally {
    sha256.sha256_destroy(state);
  }
}
