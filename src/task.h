#ifndef COOPERATOR_TASK_H
#define COOPERATOR_TASK_H

/* What cooperators need of tasks beyond cooperator/cooperator.h. */

#include "queue.h"

/*
 * Finishes a task that has not finished, with task->outcome: removes it from all lists, closes its iterator, fires its
 * Deferreds (S9) and drops the cooperator's reference. If the task has its turn, the end of that turn drops the
 * reference.
 */
void coop__task_finish(coop_task *task, coop_status end);

/*
 * Stops a task that was started and has not finished, with COOP_TASK_STOPPED or COOP_SCHEDULER_STOPPED as the reason: its
 * clean-up begins (J3), after its turn if the code of that is on the stack. On a task that was stopped before this does
 * nothing, except on a destroyed cooperator, where the clean-up is given up.
 */
void coop__task_stop(coop_task *task, coop_status reason);

/* Begins the clean-up of a task that was stopped: it finishes, or has turns until the clean-up is over. */
void coop__task_clean_up(coop_task *task);

/* Gives a task the result of what it awaits, and wakes it. Returns false if it does not await `deferred` any more. */
bool coop__task_take_awaited(coop_task *task, const coop_deferred *deferred, coop_result result);

/* Finishes a task that was stopped, because `turn` says that its iterator has ended. */
void coop__task_end_stopped(coop_task *task, coop_turn turn);

#endif
