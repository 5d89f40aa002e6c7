// Uses one function of one entry.
import { range } from 'cooperator/work';

console.log(...range(3));
