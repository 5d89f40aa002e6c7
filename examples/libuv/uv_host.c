#include "uv_host.h"

#include <math.h>
#include <stdlib.h>

static void *allocate(void *context, size_t size) {
  (void)context;
  return malloc(size);
}

static void free_block(void *context, void *memory, size_t size) {
  (void)context, (void)size;
  free(memory);
}

static double now_ms(void *context) {
  (void)context;
  return (double)uv_hrtime() / 1e6; /* not uv_now, which changes only once a round */
}

/* Slices. An idle handle is called once a round, and keeps the loop from sleeping while it is active. */

static void run_slice(uv_idle_t *idle) {
  uv_host *host = idle->data;
  (void)uv_idle_stop(idle); /* first: the slice may request the next one */
  coop_cooperator_run_slice(host->pending);
}

static coop_status schedule(void *context, coop_cooperator *cooperator) {
  uv_host *host = context;
  host->pending = cooperator;
  return uv_idle_start(&host->slice, run_slice) == 0 ? COOP_OK : COOP_HOST_FAILED;
}

static void cancel(void *context, coop_cooperator *cooperator) {
  (void)cooperator;
  (void)uv_idle_stop(&((uv_host *)context)->slice);
}

int uv_host_open(uv_host *host, uv_loop_t *loop) {
  *host = (uv_host){
      .hooks =
          {
              .context = host,
              .allocate = allocate,
              .free = free_block,
              .now_ms = now_ms,
              .schedule = schedule,
              .cancel = cancel,
          },
      .slice.data = host,
  };
  return uv_idle_init(loop, &host->slice);
}

void uv_host_close(uv_host *host) { uv_close((uv_handle_t *)&host->slice, NULL); }

/* Timeouts. Each has a timer of its own, which is freed when libuv has closed it. */

typedef struct timer {
  uv_timer_t handle;
  coop_timeout *timeout;
} timer;

static void free_timer(uv_handle_t *handle) { free(handle->data); }

static void close_timer(timer *self) { uv_close((uv_handle_t *)&self->handle, free_timer); }

static void on_timer(uv_timer_t *handle) {
  timer *self = handle->data;
  coop_timeout *timeout = self->timeout;
  close_timer(self);
  coop_timeout_fire(timeout, NULL);
}

static coop_status call_later(void *context, double delay_ms, coop_timeout *timeout) {
  timer *self = context;
  if (uv_timer_start(&self->handle, on_timer, (uint64_t)ceil(delay_ms), 0) != 0) return COOP_HOST_FAILED;
  self->timeout = timeout;
  return COOP_OK;
}

static void cancel_call(void *context, coop_timeout *timeout) {
  (void)timeout;
  close_timer(context);
}

coop_status uv_host_add_timeout(uv_host *host, coop_deferred *deferred, double delay_ms) {
  timer *created = calloc(1, sizeof *created);
  if (created == NULL || uv_timer_init(host->slice.loop, &created->handle) != 0) {
    free(created);
    return COOP_NO_MEMORY;
  }
  created->handle.data = created;
  const coop_clock clock = {created, call_later, cancel_call};
  const coop_status status = coop_deferred_add_timeout(deferred, delay_ms, &clock);
  /* If the timeout was refused, the library may have cancelled the call already. */
  if (status != COOP_OK && !uv_is_closing((uv_handle_t *)&created->handle)) close_timer(created);
  return status;
}
