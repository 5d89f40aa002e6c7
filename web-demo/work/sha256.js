// The SHA-256 of a file of any size: JavaScript waits for each piece, and C hashes it, as a native task of its own
// that this one waits for.

export function* hashFile(file, { sha256, native, cooperate, progress, signal }) {
  const state = sha256.sha256_create();
  if (state === 0) throw new Error('sha256.wasm is out of memory');
  const words = () => new Uint32Array(sha256.memory.buffer, state, 3);
  const size = sha256.sha256_piece_size();
  try {
    for (let at = 0; at < file.size; at += size) {
      const piece = new Uint8Array(yield file.slice(at, at + size).arrayBuffer());
      new Uint8Array(sha256.memory.buffer, words()[0]).set(piece);
      sha256.sha256_feed(state, piece.length);
      // C has its turns now. When this task is stopped, so is that one, before the memory is given back.
      yield cooperate(native({ step: sha256.sha256_step, state }), { signal }).whenDone();
      progress(at + piece.length, file.size);
    }
    sha256.sha256_finish(state);
    const digest = new Uint8Array(sha256.memory.buffer, state + 12, 32);
    return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  } finally {
    sha256.sha256_destroy(state);
  }
}
