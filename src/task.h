#ifndef COOPERATOR_TASK_H
#define COOPERATOR_TASK_H

/* What cooperators need of tasks beyond cooperator/cooperator.h. */

#include "queue.h"

/*
 * Finishes a task that has not finished, with task->outcome: removes it from all lists, closes its iterator, fires its
 * Deferreds (S9) and drops the cooperator's reference. If the task has its turn, coop__task_end_last_turn drops that
 * reference, and closes the iterator unless the turn is suspended (S12).
 */
void coop__task_finish(coop_task *task, coop_status end);

/* coop__task_finish with `reason` as the outcome, COOP_TASK_STOPPED or COOP_SCHEDULER_STOPPED. */
void coop__task_stop(coop_task *task, coop_status reason);

/* Call this at the end of the turn in which the task finished. */
void coop__task_end_last_turn(coop_task *task);

#endif
