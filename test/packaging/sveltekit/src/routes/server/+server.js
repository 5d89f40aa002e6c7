// A task in a route of the server.
import { run } from '../../../../program.js';

export async function GET() {
  return new Response(`result ${await run()}`);
}
