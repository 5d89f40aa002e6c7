#ifndef INVARIANTS_H
#define INVARIANTS_H

/**
 * @file invariants.h
 * What has to hold of a cooperator's lists between any two calls, by src/internal.h and the heads of src/cooperator.c
 * and src/task.c.
 */

#include <cooperator/cooperator.h>

void check_invariants(const coop_cooperator *cooperator);

#endif
