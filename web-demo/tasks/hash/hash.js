// Computes the SHA-256 of the visitor's file, or of a sample: a task in JavaScript that leaves the computation to C.

import { load } from '../../native/load.js';
import { createElement, setText } from '../../util/dom.js';
import { bytes } from '../../util/format.js';
import { sampleFile } from '../sample-file.js';
import { hashFile } from './hash-file.js';

const SAMPLE_COPIES = 80;
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

  createView({ element }) {
    const name = createElement('p', { className: 'file-name' });
    const digest = createElement('p', { className: 'digest' });
    digest.dataset.testid = 'digest';
    element.append(createElement('div', { className: 'hash-view' }, name, digest));
    setText(digest, NO_DIGEST);
    let chosen;

    return {
      load: () => Promise.all([load('sha256'), chosen ?? sampleFile(SAMPLE_COPIES)]),
      createWork({ native, cooperate, setNote }, [sha256, file]) {
        setText(name, `${file.name}, ${bytes(file.size)}`);
        setText(digest, NO_DIGEST);
        return function* hash({ progress, signal }) {
          setNote(bytes(file.size));
          setText(digest, yield* hashFile(file, { sha256, native, cooperate, progress, signal }));
          return bytes(file.size);
        };
      },
      receiveFile(file) {
        chosen = file;
      },
    };
  },
};
