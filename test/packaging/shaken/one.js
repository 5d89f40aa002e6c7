// Uses a single function of the package.
import { range } from 'cooperator/work';

console.log(...range(3));
