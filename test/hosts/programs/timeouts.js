import { Deferred } from 'cooperator';

new Deferred().addTimeout(2 ** 30).callback();
new Deferred().addTimeout(20).addErrback((error) => {
  console.log(error.name);
});
