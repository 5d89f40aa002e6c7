// After `npm ci`: the examples import this project's own package as if it had been installed. A link that npm made
// would tie their lock file to the project's package.json.
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('node_modules/', import.meta.url));

mkdirSync(modules, { recursive: true });
rmSync(`${modules}cooperator`, { force: true });
symlinkSync('../..', `${modules}cooperator`, 'dir');
