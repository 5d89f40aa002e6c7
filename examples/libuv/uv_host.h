#ifndef UV_HOST_H
#define UV_HOST_H

/*
 * A host on a libuv loop. One slice runs in each round of the loop, between timers and I/O. If no task is runnable, the
 * host does not keep the loop alive.
 */

#include <cooperator/cooperator.h>
#include <uv.h>

typedef struct uv_host {
  coop_host hooks; /* for coop_cooperator_create and coop_deferred_create */
  coop_cooperator *pending;
  uv_idle_t slice; /* active while a slice is requested */
} uv_host;

/*
 * Initializes a host for one cooperator. The struct must stay in place until the loop has run after uv_host_close.
 * Returns 0 or an error of libuv.
 */
int uv_host_open(uv_host *host, uv_loop_t *loop);

/* Closes the host. Destroy the cooperator first. */
void uv_host_close(uv_host *host);

/* coop_deferred_add_timeout with a timer of the loop, which keeps the loop alive until it fires or is cancelled. */
coop_status uv_host_add_timeout(uv_host *host, coop_deferred *deferred, double delay_ms);

#endif
