/*
 * The queue of calls that would be nested too deeply.
 */

#include "nesting.h"

static void append(coop_nesting *nesting, coop__call *call) {
  call->next = NULL;
  if (nesting->first == NULL)
    nesting->first = call;
  else
    nesting->last->next = call;
  nesting->last = call;
}

static void run_first(coop_nesting *nesting) {
  coop__call *call = nesting->first;
  void (*run)(coop__call *) = call->run;
  nesting->first = call->next;
  call->run = NULL;
  run(call);
}

void coop__nest(const coop_host *host, coop__call *call, void (*run)(coop__call *call)) {
  coop_nesting *nesting = coop__known(host)->nesting;
  if (nesting == NULL) {
    run(call);
  } else if (nesting->depth == COOP__NESTED_MAX) {
    call->run = run;
    append(nesting, call);
  } else {
    nesting->depth++;
    run(call);
    while (nesting->depth == COOP__NESTED_MAX && nesting->first != NULL) run_first(nesting);
    nesting->depth--;
  }
}
