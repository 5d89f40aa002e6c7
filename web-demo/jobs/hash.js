// SHA-256 of the visitor's file, or of a sample, by a task in JavaScript that has C do the work.

import { bytes, html, setText } from '../display.js';
import { sampleFile } from '../files.js';
import { load } from '../native/load.js';
import { hashFile } from '../work/sha256.js';

const SAMPLE_COPIES = 80;

export const hash = {
  id: 'hash',
  title: 'SHA-256',
  language: 'C + JavaScript',
  about: 'The fingerprint of a file of any size: JavaScript waits for each piece, C hashes it. Drop a file anywhere.',
  sources: {
    'sha256.c': () => import('../../examples/native/sha256.c?raw'),
    'sha256.js': () => import('../work/sha256.js?raw'),
  },

  view({ element }) {
    const name = html('p', { className: 'file-name' });
    const digest = html('p', { className: 'digest' });
    digest.dataset.testid = 'digest';
    element.append(html('div', { className: 'hash-view' }, name, digest));
    setText(digest, '·'.repeat(64));
    let file;

    return {
      load: () => Promise.all([load('sha256'), file ?? sampleFile(SAMPLE_COPIES)]),
      begin({ native, inner, note }, [sha256, own]) {
        setText(name, `${own.name}, ${bytes(own.size)}`);
        setText(digest, '·'.repeat(64));
        return function* hash({ progress, signal }) {
          note(bytes(own.size));
          const result = yield* hashFile(own, { sha256, native, cooperate: inner, progress, signal });
          setText(digest, result);
          return bytes(own.size);
        };
      },
      receive(given) {
        file = given;
      },
    };
  },
};
