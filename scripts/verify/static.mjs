// The part `static`: static analysis of the sources.
import { staticChecks } from '../static.mjs';

export async function analyse() {
  const wrong = [];
  for (const [name, check] of Object.entries(staticChecks)) {
    await check().catch((error) => wrong.push(`${name}: ${error.output ?? error.message}`));
  }
  return { figures: [Object.keys(staticChecks).join(', ')], wrong };
}
