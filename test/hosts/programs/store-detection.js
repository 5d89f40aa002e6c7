// Prints whether the package finds no active AsyncLocalStorage store. If it did not notice that there is none, programs
// without a store would pay for one, which nothing else shows; so this imports the file itself.
import { AsyncLocalStorage } from 'node:async_hooks';
import { capture, empty } from '../../../js/util/async-context.js';

const isEmpty = () => capture() === empty;

console.log('no store', isEmpty(), isEmpty());
setTimeout(() => console.log('outside', isEmpty()));
new AsyncLocalStorage().run('store', () => {
  console.log('inside', isEmpty());
  setTimeout(() => console.log('inherited', isEmpty()));
});
