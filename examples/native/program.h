#ifndef PROGRAM_H
#define PROGRAM_H

/* What the programs of this directory share: a loop that does nothing but give slices, and a way to read files. */

#include <cooperator/cooperator.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct loop {
  coop_host host;
  coop_cooperator *cooperator;
  coop_cooperator *pending; /* the cooperator, when it has asked for a slice */
};

/* Ends the program if there is no memory. */
void loop_open(struct loop *loop);
coop_task *loop_add(struct loop *loop, coop_step_fn step, void *state);
/* Until there is nothing more to do. */
void loop_run(struct loop *loop);
void loop_close(struct loop *loop);

/* Open, with its length; ends the program with a message if that cannot be. */
FILE *open_to_read(const char *path, size_t *length);
void read_all(FILE *file, const char *path, uint8_t *to, size_t length);
void write_all(const char *path, const char *head, const uint8_t *from, size_t length);

_Noreturn void give_up(const char *about, const char *why);

#endif
