// Imports from every entry and uses nothing.
import { cooperate } from 'cooperator';
import { Clock } from 'cooperator/testing';
import { map } from 'cooperator/work';

console.log('alone');
