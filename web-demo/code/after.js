import { cooperate } from 'cooperator';
import { forEach } from 'cooperator/work';
const words = new Map();
const task = cooperate(forEach(lines, (line) => count(words, line)));
await task; // meanwhile the page draws
show(words);
