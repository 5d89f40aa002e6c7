/* Replays test/traces, whose README.md says what stands in the files. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_host.h"

#ifndef TRACES_DIR
#define TRACES_DIR "test/traces"
#endif

enum { MAX_THINGS = 32, MAX_TURNS = 32, MAX_LINE = 512 };

typedef struct replay replay;

/* A task of the trace, or only its definition so far. The texts are pieces of copies that the replay owns. */
typedef struct actor {
  replay *in;
  const char *name;
  char *turns[MAX_TURNS];
  size_t turn_count;
  size_t at;        /* the turn that is next */
  size_t repeated;  /* how often that one was had, of a more*N */
  unsigned number;  /* of turns so far */
  uint32_t share;
  bool waited;
  coop_task *task;
} actor;

struct replay {
  fake_host *host;
  coop_cooperator *cooperator;
  actor actors[MAX_THINGS];
  size_t actor_count;
  struct {
    const char *name;
    coop_deferred *deferred;
  } deferreds[MAX_THINGS];
  size_t deferred_count;
  char *copies[16 * MAX_THINGS];
  size_t copy_count;
  const char *file;
  int line;
};

static void complain(const replay *self, const char *what, const char *text) {
  printf("  %s:%d: %s: %s\n", self->file, self->line, what, text);
  FAIL("the trace can be understood");
}

static char *copy_text(replay *self, const char *text) {
  char *copy = malloc(strlen(text) + 1);
  if (!copy || self->copy_count == sizeof self->copies / sizeof self->copies[0]) {
    abort();
  }
  self->copies[self->copy_count++] = copy;
  return strcpy(copy, text);
}

/* Cuts the first word off `*text`; an empty one at the end. */
static char *take_word(char **text) {
  char *word = *text + strspn(*text, " ");
  char *end = word + strcspn(word, " ");
  *text = *end ? end + 1 : end;
  *end = '\0';
  return word;
}

/* Cuts off what stands before `separator`, a word; NULL at the end. */
static char *take_part(char **text, const char *separator) {
  char *part = *text;
  if (!part) {
    return NULL;
  }
  char *end = strstr(part, separator);
  if (end) {
    *end = '\0';
    *text = end + strlen(separator);
  } else {
    *text = NULL;
  }
  return part;
}

static actor *find_actor(replay *self, const char *name) {
  for (size_t i = 0; i < self->actor_count; i++) {
    if (strcmp(self->actors[i].name, name) == 0) {
      return &self->actors[i];
    }
  }
  complain(self, "no such task", name);
  return NULL;
}

static coop_deferred *find_deferred(replay *self, const char *name) {
  for (size_t i = 0; i < self->deferred_count; i++) {
    if (strcmp(self->deferreds[i].name, name) == 0) {
      return self->deferreds[i].deferred;
    }
  }
  complain(self, "no such Deferred", name);
  return NULL;
}

static void act(replay *self, char *command);

static coop_turn end_turn(actor *who, coop_task *task, char *end) {
  const char *how = take_word(&end);
  const char *word = take_word(&end);
  if (strcmp(how, "forever") == 0) {
    return COOP_MORE;
  }
  if (strncmp(how, "more", 4) == 0) {
    size_t times = how[4] == '*' ? (size_t)strtoul(how + 5, NULL, 10) : 1;
    if (++who->repeated >= times) {
      who->repeated = 0;
      who->at++;
    }
    return COOP_MORE;
  }
  who->at++;
  if (strcmp(how, "done") == 0) {
    if (*word) {
      coop_task_set_result(task, copy_text(who->in, word));
    }
    return COOP_DONE;
  }
  if (strcmp(how, "fail") == 0) {
    coop_task_set_failure(task, failure(copy_text(who->in, word)));
    return COOP_FAILED;
  }
  if (strcmp(how, "wait") == 0) {
    who->waited = true;
    OK(coop_task_await(task, find_deferred(who->in, word)));
    return COOP_WAIT;
  }
  complain(who->in, "a turn does not end so", how);
  return COOP_DONE;
}

static coop_turn step(coop_task *task, void *state) {
  actor *who = state;
  fake_host *host = who->in->host;
  who->number++;
  if (who->waited) {
    who->waited = false;
    coop_result result = coop_task_awaited(task);
    host_log(host, "turn %s %u %s %s", who->name, who->number, result.status == COOP_OK ? "got" : "failed",
             (const char *)result.value);
  } else {
    host_log(host, "turn %s %u", who->name, who->number);
  }
  if (who->at == who->turn_count) {
    complain(who->in, "a turn beyond the last one", who->name);
    return COOP_DONE;
  }
  char text[MAX_LINE];
  snprintf(text, sizeof text, "%s", who->turns[who->at]);
  char *rest = text;
  char *part = take_part(&rest, " ; ");
  while (rest) {
    act(who->in, part);
    part = take_part(&rest, " ; ");
  }
  return end_turn(who, task, part);
}

static coop_result log_finished(fake_host *host, void *data, coop_result result) {
  const actor *who = data;
  const char *word = result.value;
  if (result.status == COOP_OK) {
    host_log(host, "finished %s done%s%s", who->name, word ? " " : "", word ? word : "");
  } else if (result.status == COOP_FAILURE) {
    host_log(host, "finished %s failed %s", who->name, word);
  } else {
    host_log(host, "finished %s %s", who->name, coop_status_name(result.status));
  }
  return nothing();
}

static void add(actor *who) {
  replay *self = who->in;
  OK(coop_cooperate(self->cooperator, (coop_iterator){.step = step, .state = who, .share = who->share}, &who->task));
  coop_deferred *done = NULL;
  OK(coop_task_when_done(who->task, &done));
  OK(on_both(self->host, done, NULL, log_finished, who));
  coop_deferred_release(done);
}

static void define(replay *self, char *line) {
  char *turns = strstr(line, " : ");
  if (!turns || self->actor_count == MAX_THINGS) {
    complain(self, "no turns", line);
    return;
  }
  *turns = '\0';
  turns += 3;
  actor *who = &self->actors[self->actor_count++];
  *who = (actor){.in = self, .name = copy_text(self, take_word(&line))};
  bool later = false;
  for (char *word = take_word(&line); *word; word = take_word(&line)) {
    if (strcmp(word, "later") == 0) {
      later = true;
    } else if (strncmp(word, "share=", 6) == 0) {
      who->share = (uint32_t)strtoul(word + 6, NULL, 10);
    } else {
      complain(self, "not known", word);
    }
  }
  turns = copy_text(self, turns);
  for (char *turn = take_part(&turns, " | "); turn; turn = take_part(&turns, " | ")) {
    who->turns[who->turn_count++] = turn;
  }
  if (!later) {
    add(who);
  }
}

typedef struct actions {
  replay *in;
  char *text;
} actions;

static coop_result carry_out(fake_host *host, void *data, coop_result result) {
  (void)host;
  (void)result;
  actions self = *(actions *)data;
  free(data);
  char text[MAX_LINE];
  snprintf(text, sizeof text, "%s", self.text);
  char *rest = text;
  for (char *part = take_part(&rest, " ; "); part; part = take_part(&rest, " ; ")) {
    act(self.in, part);
  }
  return nothing();
}

static void on_done(replay *self, char *line) {
  actor *who = find_actor(self, take_word(&line));
  char *text = strstr(line, ": ");
  actions *later = malloc(sizeof *later);
  if (!who || !text || !later) {
    complain(self, "nothing to do", line);
    free(later);
    return;
  }
  *later = (actions){.in = self, .text = copy_text(self, text + 2)};
  coop_deferred *done = NULL;
  OK(coop_task_when_done(who->task, &done));
  OK(on_both(self->host, done, NULL, carry_out, later));
  coop_deferred_release(done);
}

static void create(replay *self, char *line) {
  uint32_t turns = 0;
  bool not_started = false;
  for (char *word = take_word(&line); *word; word = take_word(&line)) {
    if (strncmp(word, "turns=", 6) == 0) {
      turns = (uint32_t)strtoul(word + 6, NULL, 10);
    } else if (strcmp(word, "started=no") == 0) {
      not_started = true;
    } else if (strcmp(word, "scheduler=sync") == 0) {
      self->host->at_once = true;
    } else {
      complain(self, "not known", word);
    }
  }
  self->cooperator = new_cooperator_with(self->host, turns, not_started);
}

static void refuse(replay *self, const char *command, const char *name, coop_status status) {
  if (status != COOP_OK) {
    host_log(self->host, "refused %s %s %s", command, name, coop_status_name(status));
  }
}

static void log_tasks(replay *self) {
  char text[MAX_LINE] = "tasks";
  for (coop_task *task = coop_cooperator_first_task(self->cooperator); task; task = coop_task_next(task)) {
    const actor *who = coop_task_iterator_state(task);
    strcat(strcat(text, " "), who->name);
  }
  host_log(self->host, "%s", text);
}

/* The commands that can stand in a turn as well. */
static void act(replay *self, char *line) {
  static const char *const states[] = {
      [COOP_STATE_RUNNABLE] = "runnable", [COOP_STATE_PAUSED] = "paused", [COOP_STATE_WAITING] = "waiting",
      [COOP_STATE_DONE] = "done",         [COOP_STATE_FAILED] = "failed", [COOP_STATE_STOPPED] = "stopped",
  };
  const char *command = take_word(&line);
  char *name = take_word(&line);
  if (strcmp(command, "pause") == 0) {
    refuse(self, command, name, coop_task_pause(find_actor(self, name)->task));
  } else if (strcmp(command, "resume") == 0) {
    refuse(self, command, name, coop_task_resume(find_actor(self, name)->task));
  } else if (strcmp(command, "stop") == 0) {
    refuse(self, command, name, coop_task_stop(find_actor(self, name)->task));
  } else if (strcmp(command, "add") == 0) {
    add(find_actor(self, name));
  } else if (strcmp(command, "state") == 0) {
    host_log(self->host, "state %s %s", name, states[coop_task_state(find_actor(self, name)->task)]);
  } else if (strcmp(command, "deferred") == 0) {
    self->deferreds[self->deferred_count].name = copy_text(self, name);
    self->deferreds[self->deferred_count++].deferred = new_deferred(self->host);
  } else if (strcmp(command, "callback") == 0) {
    OK(coop_deferred_callback(find_deferred(self, name), copy_text(self, take_word(&line))));
  } else if (strcmp(command, "errback") == 0) {
    OK(coop_deferred_errback(find_deferred(self, name), failure(copy_text(self, take_word(&line)))));
  } else if (strcmp(command, "stop-cooperator") == 0) {
    OK(coop_cooperator_stop(self->cooperator));
  } else if (strcmp(command, "start-cooperator") == 0) {
    OK(coop_cooperator_start(self->cooperator));
  } else if (strcmp(command, "running") == 0) {
    host_log(self->host, "running %s", coop_cooperator_running(self->cooperator) ? "yes" : "no");
  } else if (strcmp(command, "tasks") == 0) {
    log_tasks(self);
  } else if (strcmp(command, "slice") == 0) {
    host_stray_slice(self->host, self->cooperator);
  } else {
    complain(self, "no such command", command);
  }
}

static void command(replay *self, char *line) {
  char *rest = strchr(line, ' ');
  size_t length = rest ? (size_t)(rest - line) : strlen(line);
  rest = rest ? rest + 1 : line + length;
  if (length == 4 && memcmp(line, "task", 4) == 0) {
    define(self, rest);
  } else if (length == 7 && memcmp(line, "on-done", 7) == 0) {
    on_done(self, rest);
  } else if (length == 10 && memcmp(line, "cooperator", 10) == 0) {
    create(self, rest);
  } else if (length == 4 && memcmp(line, "pump", 4) == 0) {
    host_pump(self->host);
  } else {
    act(self, line);
  }
}

/* The file as it should be: what the commands have caused stands below each of them. */
static void replay_file(fake_host *host, const char *file, FILE *trace) {
  replay self = {.host = host, .file = file};
  char line[MAX_LINE];
  char expected[16 * MAX_LINE] = "";
  int commanded = 0;
  bool more = true;
  while (more) {
    more = fgets(line, sizeof line, trace) != NULL;
    self.line++;
    if (more) {
      line[strcspn(line, "\r\n")] = '\0';
    }
    if (more && line[0] == '>') {
      strcat(strcat(expected, *expected ? ", " : ""), line + 2);
    } else if (!more || (line[0] != '#' && line[0] != '\0')) {
      host_expect(host, expected, file, commanded);
      expected[0] = '\0';
      commanded = self.line;
      if (more) {
        command(&self, line);
      }
    }
  }
  CHECK(self.cooperator != NULL);
  host->at_once = false;
  coop_cooperator_destroy(self.cooperator);
  for (size_t i = 0; i < self.actor_count; i++) {
    coop_task_release(self.actors[i].task);
  }
  for (size_t i = 0; i < self.deferred_count; i++) {
    coop_deferred_release(self.deferreds[i].deferred);
  }
  for (size_t i = 0; i < self.copy_count; i++) {
    free(self.copies[i]);
  }
  host_forget(host);
}

TEST(traces_cause_the_events_that_they_say) {
  FILE *index = fopen(TRACES_DIR "/index.txt", "r");
  if (!CHECK(index != NULL)) {
    return;
  }
  char name[100];
  size_t count = 0;
  while (fgets(name, sizeof name, index)) {
    name[strcspn(name, "\r\n")] = '\0';
    char path[1000];
    snprintf(path, sizeof path, "%s/%s", TRACES_DIR, name);
    FILE *trace = fopen(path, "r");
    if (CHECK(trace != NULL)) {
      fake_host host;
      host_open(&host);
      replay_file(&host, name, trace);
      host_finish(&host);
      fclose(trace);
      count++;
    }
  }
  fclose(index);
  CHECK(count >= 12);
}
