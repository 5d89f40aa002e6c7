// A task in a server component.
import { run } from '../../../program.js';

export const dynamic = 'force-dynamic';

export default async function Page() {
  return <p>{`result ${await run()}`}</p>;
}
