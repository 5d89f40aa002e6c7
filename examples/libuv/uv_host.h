#ifndef UV_HOST_H
#define UV_HOST_H

/*
 * The cooperator library on a libuv loop. One slice is given in each round of the loop, between its timers and its
 * input and output; where no task is runnable, nothing of it keeps the loop going.
 */

#include <cooperator/cooperator.h>
#include <uv.h>

typedef struct uv_host {
  coop_host hooks; /* for coop_cooperator_create and coop_deferred_create */
  coop_cooperator *pending;
  uv_idle_t slice; /* active while a slice is asked for */
} uv_host;

/* For one cooperator. Stays where it is until the loop has run after uv_host_close. Returns 0 or an error of libuv. */
int uv_host_open(uv_host *host, uv_loop_t *loop);

/* When the cooperator is destroyed. */
void uv_host_close(uv_host *host);

/* coop_deferred_add_timeout with a timer of the loop, which keeps that going until it is over. */
coop_status uv_host_add_timeout(uv_host *host, coop_deferred *deferred, double delay_ms);

#endif
