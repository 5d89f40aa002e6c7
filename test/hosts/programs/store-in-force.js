// Of the package only this file: nothing else shows whether the host tells that no store is in force, which is what
// spares those who use none the cost.
import { AsyncLocalStorage } from 'node:async_hooks';
import { capture, empty } from '../../../js/util/async-context.js';

const isEmpty = () => capture() === empty;

console.log('not used', isEmpty(), isEmpty());
setTimeout(() => console.log('elsewhere', isEmpty()));
new AsyncLocalStorage().run('store', () => {
  console.log('in force', isEmpty());
  setTimeout(() => console.log('handed on', isEmpty()));
});
