const { Deferred, cooperate } = require('cooperator');
const { Clock } = require('cooperator/testing');

const deferred = new Deferred().addTimeout(5, new Clock());
cooperate(function* () {
  return yield deferred;
})
  .whenDone()
  .then((value) => console.log(value));
deferred.callback('required');
