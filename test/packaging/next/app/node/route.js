// A task in a route of Node.
import { run } from '../../../program.js';

export const dynamic = 'force-dynamic';

export async function GET() {
  return new Response(`result ${await run()}`);
}
