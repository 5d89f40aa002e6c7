// Imports from every entry and uses nothing.
import { cooperate } from 'cooperator';
import { Clock } from 'cooperator/testing';
import { LoopingCall } from 'cooperator/twisted';
import { map } from 'cooperator/work';
import { inWorker } from 'cooperator/worker';

console.log('alone');
