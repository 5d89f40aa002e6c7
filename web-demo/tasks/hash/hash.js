// Computes the SHA-256 of the visitor's file, or of a sample: a task in JavaScript that leaves the computation to C.

import { load } from '../../native/load.js';
import { colourOf, colours } from '../../util/colours.js';
import { createElement, setText } from '../../util/dom.js';
import { bytes } from '../../util/format.js';
import { sampleFile } from '../sample-file.js';
import { hashFile } from './hash-file.js';

const SAMPLE_COPIES = 300;
const NO_DIGEST = '·'.repeat(64);

export const hash = {
  id: 'hash',
  title: 'SHA-256',
  language: 'C + JavaScript',
  about: 'Hashes a file of any size: JavaScript reads it piece by piece, C hashes each piece. Drop a file anywhere.',
  sources: {
    'sha256.c': () => import('../../../examples/native/sha256.c?raw'),
    'hash-file.js': () => import('./hash-file.js?raw'),
  },

  createView({ element, slot }) {
    const name = createElement('p', { className: 'file-name' });
    const digest = createElement('p', { className: 'digest' });
    digest.dataset.testid = 'digest';
    element.append(createElement('div', { className: 'hash-view' }, name, digest));
    setText(digest, NO_DIGEST);
    let chosen,
      hashed = 0; // fraction of the file

    return {
      load: () => Promise.all([load('sha256'), chosen ?? sampleFile(SAMPLE_COPIES)]),
      createWork({ native, cooperate, setNote }, [sha256, file]) {
        setText(name, `${file.name}, ${bytes(file.size)}`);
        setText(digest, NO_DIGEST);
        hashed = 0;
        return function* hash({ progress, signal }) {
          setNote(bytes(file.size));
          const onPiece = (done, total) => {
            hashed = total === 0 ? 1 : done / total;
            progress(done, total);
          };
          setText(digest, yield* hashFile(file, { sha256, native, cooperate, progress: onPiece, signal }));
          return bytes(file.size);
        };
      },
      drawThumbnail: (context) => drawThumbnail(context, hashed, colourOf(slot)),
      receiveFile(file) {
        chosen = file;
      },
    };
  },
};

/** The file as blocks, of which the hashed ones are filled. */
function drawThumbnail(context, hashed, colour) {
  const { width, height } = context.canvas;
  const columns = 16,
    rows = 9;
  const side = width / columns;
  const space = Math.max(1, Math.round(side / 8));
  context.clearRect(0, 0, width, height);
  for (let block = 0; block < columns * rows; block++) {
    const left = Math.round((block % columns) * side),
      top = Math.round((Math.floor(block / columns) * height) / rows);
    context.fillStyle = block < hashed * columns * rows ? colour : colours.line;
    context.fillRect(left, top, Math.ceil(side) - space, Math.ceil(height / rows) - space);
  }
}
