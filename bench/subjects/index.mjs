// All subjects, in the order of the report; each is a file of this folder, and says itself what it measures.
import * as hop from './hop.js';
import * as lifecycle from './lifecycle.js';
import * as memory from './memory.js';
import * as overrun from './overrun.js';
import * as peers from './peers.js';
import * as size from './size.js';
import * as startup from './startup.js';
import * as turns from './turns.js';

/**
 * @typedef {object} Subject
 * @property {string} title
 * @property {(platform: 'node' | 'browser', quick: boolean) => string[]} parts  each has a process or page of its own
 * @property {(part: string, job: any) => Promise<Record<string, any>>} measure  runs in the host; gives the figures
 * @property {boolean} [onlyInNode]
 * @property {boolean} [outside]  runs in no host, but here
 * @property {number} [rounds]  as many are enough, for what does not vary
 * @property {number} [times]  in each round
 * @property {(part: string) => string[] | undefined} [program]  of a part that is not JavaScript, with its arguments
 * @property {(part: string) => boolean} [inWorker]
 */

/** @type {Record<string, Subject>} */
export const subjects = { turns, peers, overrun, hop, lifecycle, memory, startup, size };
