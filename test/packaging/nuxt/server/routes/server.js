// A task in a route of the server.
import { run } from '../../../program.js';

export default async () => `result ${await run()}`;
