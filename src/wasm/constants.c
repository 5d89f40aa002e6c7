/*
 * The source of js/core/constants.js: every number of the C headers that JavaScript uses. scripts/constants.mjs
 * compiles and runs this file, so that the numbers are the compiler's own. It is not part of the package.
 */

#include <cooperator/cooperator.h>
#include <stddef.h>

#include "interface.h"

/* JavaScript reads and writes these members in units of this size. */
_Static_assert(sizeof(bool) == 1, "flags of coop_slice_limit are written as bytes");
_Static_assert(sizeof(coop_status) == 4, "coop_result.status is accessed as a 32-bit integer");
_Static_assert(sizeof(void *) == 4, "pointers are accessed as 32-bit integers");

typedef struct constant {
  const char *group; /* the comment above the group in constants.js */
  const char *name;
  int32_t value;
} constant;

#define STATUS(name, number, message) {"coop_status", #name, COOP_##name},
#define TURN(name) \
  { "coop_turn", #name, COOP_##name }
#define STATE(name) \
  { "coop_state", "STATE_" #name, COOP_STATE_##name }
#define FAIRNESS(name) \
  { "coop_fairness", "FAIR_" #name, COOP_FAIR_##name }
#define INVOCATION(name) \
  { "invocation, in src/wasm/interface.h", #name, name }
#define OFFSET(prefix, name, type, member) \
  { #type ", offsets in bytes", prefix "_" #name, (int32_t)offsetof(type, member) }
#define SLICE_LIMIT(name, member) OFFSET("SLICE_LIMIT", name, coop_slice_limit, member)
#define RESULT(name, member) OFFSET("RESULT", name, coop_result, member)
#define COOPERATOR_STATS(name, member) OFFSET("COOPERATOR_STATS", name, coop_cooperator_stats, member)
#define TASK_STATS(name, member) OFFSET("TASK_STATS", name, coop_task_stats, member)
#define ENTRY(name, member) OFFSET("ENTRY", name, entry, member)

static const constant constants[] = {
    COOP_STATUS_LIST(STATUS) /* ends with a comma */
    TURN(MORE),
    TURN(DONE),
    TURN(FAILED),
    TURN(WAIT),
    STATE(RUNNABLE),
    STATE(PAUSED),
    STATE(WAITING),
    STATE(DONE),
    STATE(FAILED),
    STATE(STOPPED),
    STATE(STOPPING),
    FAIRNESS(BY_TURNS),
    FAIRNESS(BY_TIME),
    INVOCATION(CALLBACK),
    INVOCATION(OBSERVER),
    INVOCATION(CANCELLER),
    INVOCATION(START_TIMER),
    INVOCATION(STOP_TIMER),
    SLICE_LIMIT(MS, ms),
    SLICE_LIMIT(TURNS, turns),
    SLICE_LIMIT(ASK, ask),
    SLICE_LIMIT(HINT, hint),
    RESULT(STATUS, status),
    RESULT(VALUE, value),
    COOPERATOR_STATS(SLICES, slices),
    COOPERATOR_STATS(TURNS, turns),
    COOPERATOR_STATS(BUSY_MS, busy_ms),
    COOPERATOR_STATS(LONGEST_SLICE_MS, longest_slice_ms),
    COOPERATOR_STATS(LONGEST_TURN_MS, longest_turn_ms),
    TASK_STATS(TURNS, turns),
    TASK_STATS(BUSY_MS, busy_ms),
    TASK_STATS(LONGEST_TURN_MS, longest_turn_ms),
    ENTRY(NAME, name),
    ENTRY(FUNCTION, function),
    {"entry, offsets in bytes", "ENTRY_SIZE", (int32_t)sizeof(entry)},
    {NULL, NULL, 0},
};

/* The table ends with a name that is NULL. */
__attribute__((export_name("constants"))) const constant *get_constants(void) { return constants; }
