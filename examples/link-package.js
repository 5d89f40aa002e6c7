// Runs after `npm ci`: links this project's package, so that the examples import it as if it were installed. A
// dependency by path would tie their lock file to the project's package.json.
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('node_modules/', import.meta.url));

mkdirSync(modules, { recursive: true });
rmSync(`${modules}cooperator`, { force: true });
symlinkSync('../..', `${modules}cooperator`, 'dir');
