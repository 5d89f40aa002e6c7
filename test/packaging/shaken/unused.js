// Imports everything and uses nothing of it.
import { cooperate } from 'cooperator';
import { Clock } from 'cooperator/testing';
import { map } from 'cooperator/work';

console.log('alone');
