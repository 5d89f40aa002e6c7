#ifndef PROGRAM_H
#define PROGRAM_H

/* What the programs of this directory share: a loop that only runs slices, and files. Errors end the program. */

#include <cooperator/stdhost.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct loop {
  coop_stdhost host;
  coop_cooperator *cooperator;
};

void loop_open(struct loop *loop);
/* Returns a reference for the caller. */
coop_task *loop_add(struct loop *loop, coop_step_fn step, void *state);
/* Runs slices until every task has finished. */
void loop_run(struct loop *loop);
void loop_close(struct loop *loop);

/* Also gets the length of the file. */
FILE *open_to_read(const char *path, size_t *length);
/* Closes the file. */
void read_all(FILE *file, const char *path, uint8_t *to, size_t length);
void write_all(const char *path, const char *head, const uint8_t *from, size_t length);

/* Prints "subject: message" and ends the program. */
_Noreturn void fail(const char *subject, const char *message);

#endif
