#ifndef INVARIANTS_H
#define INVARIANTS_H

/**
 * @file invariants.h
 * Checks what must hold for a cooperator between any two calls: the invariants at the top of src/queue.c and
 * src/task.c.
 */

#include <cooperator/cooperator.h>

void check_invariants(const coop_cooperator *cooperator);

#endif
