// The SHA-256 of a file of any size: JavaScript waits for each piece, and C hashes it, as a native task of its own
// that this one waits for.

export function* hashFile(file, { sha256, native, cooperate, progress }) {
  const state = sha256.sha256_create();
  if (state === 0) throw new Error('sha256.wasm is out of memory');
  const words = () => new Uint32Array(sha256.memory.buffer, state, 3);
  const size = sha256.sha256_piece_size();
  let part;
  try {
    for (let at = 0; at < file.size; at += size) {
      const piece = new Uint8Array(yield file.slice(at, at + size).arrayBuffer());
      new Uint8Array(sha256.memory.buffer, words()[0]).set(piece);
      sha256.sha256_feed(state, piece.length);
      part = cooperate(native({ step: sha256.sha256_step, state }));
      yield part.whenDone(); // C has its turns now
      progress(at + piece.length, file.size);
    }
    sha256.sha256_finish(state);
    const digest = new Uint8Array(sha256.memory.buffer, state + 12, 32);
    return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  } finally {
    // Stopped in the midst of a piece, C must not go on with memory that is given back.
    if (['runnable', 'paused'].includes(part?.state)) part.stop();
    sha256.sha256_destroy(state);
  }
}
