/*
 * Writes the new module.
 *
 * Sections are copied, and those that get additions get them at their ends. Of the functions, those without a check are
 * copied, and the others are read again: everything is copied in long pieces, up to a place where something is
 * inserted.
 *
 * A check charges a counter, and calls `coop:check` if it was below 0:
 *
 *     counter < 0 ? counter = check() : nothing; counter = counter - weight
 *
 * The counter is the global, or a local in loops in which nothing is called. An outermost loop of these, with all that
 * is in it, is a region: the local is loaded from the global before it, and stored on every way out of it. Invariant:
 * outside of regions the global is the budget. Inside, the local is, and a check that calls the host makes them equal.
 *
 * The check of an innermost loop of a region is split, so that the loop itself contains no call and an engine keeps the
 * loop's variables in registers:
 *
 *     loop                    ;; added, with the type of the original loop
 *       if (counter < 0) counter = check()
 *       loop                  ;; the original one
 *         br_if (counter < 0) to the added loop
 *         counter = counter - weight
 *         ...
 *       end
 *     end
 *
 * So labels in the original loop that lead out of it are one larger.
 */

#include "internal.h"

#include <string.h>

enum {
  NO_TYPE = 0x40, /* a block without values */
  UNLIKELY = 0,   /* a hint */
  FUNCTION_FORM = 0x60,
  CHECK_HOOK = 0, /* slots of the table */
  SUSPEND_HOOK = 1,
  HOOKS = 2,
  SAVED_MAX = 1000,   /* parameters, results: limits of engines */
  LOCALS_MAX = 50000, /* locals of a function: another one */
};

/* A block that is open. */
typedef struct open_block {
  bool bare;      /* a branch to it carries no values */
  bool is_region; /* the region ends with it */
  bool is_split;
  uint32_t splits; /* how many of the blocks up to it are split */
} open_block;

typedef struct writer {
  coop__job *job;
  const coop__module *module;
  coop__buffer *output;
  bool state;

  /* What is added, at the ends of the index spaces. */
  uint32_t check_type, table, budget, check; /* the types and functions that save and restore come after these */
  const coop__saved_global *saved;
  uint32_t saved_count;

  /* The function that is being written. */
  coop__code code;
  coop__buffer body;
  const uint8_t *copied; /* the input was copied up to here */
  coop__list blocks;
  uint32_t counter; /* the local */
  uint32_t region;  /* the index of the block that is the region; COOP__NONE: outside */
  coop__buffer function_hints;
  uint32_t function_hint_count;

  /*
   * Branch hints: those of the input that are not written yet, and the new section. The old ones have a job of their
   * own. A mistake in them ends it, and the rest of them is left out, as in engines.
   */
  coop__job hint_job;
  coop__reader old_hints;
  uint32_t old_functions; /* in old_hints */
  uint32_t old_function;  /* the next of them */
  uint32_t old_count;     /* hints of the function that is being written, left in old_hints */
  uint32_t old_offset;    /* of the next of them */
  coop__buffer hints;
  uint32_t hinted_functions;
} writer;

/* ---- bytes ---- */

static void put_bytes(writer *out, coop__buffer *buffer, const uint8_t *bytes, size_t size) {
  if (buffer->capacity - buffer->size < size && !coop__widen(out->job, buffer, size)) return;
  if (size != 0) memcpy(buffer->bytes + buffer->size, bytes, size);
  buffer->size += size;
}

static void put_range(writer *out, coop__buffer *buffer, coop__range range) {
  put_bytes(out, buffer, range.begin, (size_t)(range.end - range.begin));
}

static void put(writer *out, coop__buffer *buffer, uint8_t byte) {
  if (buffer->size == buffer->capacity && !coop__widen(out->job, buffer, 1)) return;
  buffer->bytes[buffer->size++] = byte;
}

static void put_u32(writer *out, coop__buffer *buffer, uint32_t value) {
  for (; value >= 128; value >>= 7) put(out, buffer, (uint8_t)(value | 128));
  put(out, buffer, (uint8_t)value);
}

static void put_name(writer *out, coop__buffer *buffer, const char *name) {
  size_t length = 0;
  while (name[length] != '\0') length++;
  put_u32(out, buffer, (uint32_t)length);
  put_bytes(out, buffer, (const uint8_t *)name, length);
}

/*
 * Code that is inserted is written as a template: instructions in which these bytes, which no opcode has, stand for
 * what differs from place to place.
 */
enum {
  GET_COUNTER = 0xe0, /* local.get or global.get */
  SET_COUNTER,        /* local.set or global.set */
  GET_BUDGET,         /* global.get */
  SET_BUDGET,         /* global.set */
  CALL_CHECK,         /* call */
  CALL_HOOK,          /* call_indirect */
  TABLE,              /* the index of the hooks */
  WEIGHT,             /* a number from 0 to 63 */
  BRANCH,             /* the label of the branch that is replaced */
  HINT,               /* the next instruction is a branch that is unlikely */
  STOP                /* the end of the template */
};

static void put_with_index(writer *out, coop__buffer *buffer, coop__opcode opcode, uint32_t index) {
  put(out, buffer, (uint8_t)opcode);
  put_u32(out, buffer, index);
}

static void put_hint(writer *out, uint8_t hint);

/* `local`: the counter is the local. `operand` is the weight or the label. */
static void put_code(writer *out, coop__buffer *buffer, const uint8_t *code, bool local, uint32_t operand) {
  for (; *code != STOP; code++) {
    switch (*code) {
      case GET_COUNTER:
      case SET_COUNTER:
        if (local) {
          put_with_index(out, buffer, *code == GET_COUNTER ? COOP__LOCAL_GET : COOP__LOCAL_SET, out->counter);
          break;
        }
        put_with_index(out, buffer, *code == GET_COUNTER ? COOP__GLOBAL_GET : COOP__GLOBAL_SET, out->budget);
        break;
      case GET_BUDGET:
        put_with_index(out, buffer, COOP__GLOBAL_GET, out->budget);
        break;
      case SET_BUDGET:
        put_with_index(out, buffer, COOP__GLOBAL_SET, out->budget);
        break;
      case CALL_CHECK:
        put_with_index(out, buffer, COOP__CALL, out->check);
        break;
      case CALL_HOOK:
        put_with_index(out, buffer, COOP__CALL_INDIRECT, out->check_type);
        put_u32(out, buffer, out->table);
        break;
      case TABLE:
        put_u32(out, buffer, out->table);
        break;
      case WEIGHT:
      case BRANCH:
        put_u32(out, buffer, operand);
        break;
      case HINT:
        put_hint(out, UNLIKELY);
        break;
      default:
        put(out, buffer, *code);
    }
  }
}

/* Begins a part whose size stands before it; returns where. The size takes 5 bytes, because it is not known yet. */
static size_t begin_sized(writer *out, coop__buffer *buffer) {
  static const uint8_t space[5] = {0};
  put_bytes(out, buffer, space, sizeof space);
  return buffer->size;
}

static void end_sized(const writer *out, coop__buffer *buffer, size_t begin) {
  if (!coop__ok(out->job)) return;
  size_t size = buffer->size - begin;
  uint8_t *at = buffer->bytes + begin - 5;
  for (unsigned i = 0; i < 5; i++, size >>= 7) at[i] = (uint8_t)((size & 127) | (i < 4 ? 128 : 0));
}

/* ---- hints ---- */

/* The next instruction in the body is a branch. */
static void put_hint(writer *out, uint8_t hint) {
  put_u32(out, &out->function_hints, (uint32_t)out->body.size);
  put(out, &out->function_hints, 1);
  put(out, &out->function_hints, hint);
  out->function_hint_count++;
}

static void read_old_offset(writer *out) {
  if (out->old_count > 0) out->old_offset = coop__read_u32(&out->old_hints);
}

/* Reads the index of the next function. */
static void next_old_function(writer *out) {
  const uint32_t previous = out->old_function;
  if (out->old_functions == 0) return;
  out->old_function = coop__read_u32(&out->old_hints);
  if (previous != COOP__NONE && out->old_function <= previous) out->old_functions = 0; /* not in order */
}

static void begin_hints(writer *out, uint32_t function) {
  out->function_hints.size = 0;
  out->function_hint_count = 0;
  out->old_count = 0;
  if (out->old_functions == 0 || out->old_function != function) return;
  out->old_count = coop__read_count(&out->old_hints);
  read_old_offset(out);
}

/* Keeps the hint of the instruction at this offset of the old body, and leaves out those before it. */
static void take_old_hints(writer *out, uint64_t offset) {
  bool found = false;
  for (; out->old_count > 0 && out->old_offset <= offset; read_old_offset(out)) {
    const uint32_t size = coop__read_u32(&out->old_hints);
    const uint8_t *value = out->old_hints.at;
    coop__skip(&out->old_hints, size);
    const bool known = size == 1 && out->old_offset == offset && coop__ok(&out->hint_job);
    if (known && !found) put_hint(out, *value);
    found |= known;
    out->old_count--;
  }
}

static void end_hints(writer *out, uint32_t function) {
  take_old_hints(out, UINT64_MAX);
  if (out->old_functions > 0 && out->old_function == function) {
    out->old_functions--;
    next_old_function(out);
  }
  if (out->function_hint_count == 0) return;
  put_u32(out, &out->hints, function);
  put_u32(out, &out->hints, out->function_hint_count);
  put_bytes(out, &out->hints, out->function_hints.bytes, out->function_hints.size);
  out->hinted_functions++;
}

/* ---- checks ---- */

static coop_instrument_statistics *statistics(const writer *out) { return &out->job->result->statistics; }

/* Copies the input up to `at`; what follows is inserted there. */
static void copy_to(writer *out, const uint8_t *at) {
  put_range(out, &out->body, (coop__range){out->copied, at});
  out->copied = at;
}

/* One path has no call and so one load of the counter: an engine knows what the second one loads. */
static const uint8_t check_and_charge[] = {
    GET_COUNTER, COOP__I32_CONST, 0,         COOP__I32_LT_S,  HINT,   COOP__IF,      COOP__I32,   CALL_CHECK,
    COOP__ELSE,  GET_COUNTER,     COOP__END, COOP__I32_CONST, WEIGHT, COOP__I32_SUB, SET_COUNTER, STOP,
};
static const uint8_t call_if_used_up[] = {
    GET_COUNTER, COOP__I32_CONST, 0, COOP__I32_LT_S, HINT, COOP__IF, NO_TYPE, CALL_CHECK, SET_COUNTER, COOP__END, STOP,
};
/* The label 1 is the loop that was added. */
static const uint8_t leave_if_used_up[] = {
    GET_COUNTER, COOP__I32_CONST, 0, COOP__I32_LT_S, HINT, COOP__BR_IF, 1, STOP,
};
static const uint8_t charge[] = {GET_COUNTER, COOP__I32_CONST, WEIGHT, COOP__I32_SUB, SET_COUNTER, STOP};
static const uint8_t load_counter[] = {GET_BUDGET, SET_COUNTER, STOP};
static const uint8_t store_counter[] = {GET_COUNTER, SET_BUDGET, STOP};
static const uint8_t store_and_branch[] = {
    COOP__IF, NO_TYPE, GET_COUNTER, SET_BUDGET, COOP__BR, BRANCH, COOP__END, STOP,
};

/* Inserts code whose counter is the local. */
static void insert(writer *out, const uint8_t *code) { put_code(out, &out->body, code, true, 0); }

static void insert_check(writer *out, bool local, uint8_t weight) {
  put_code(out, &out->body, check_and_charge, local, weight);
}

/* ---- instructions ---- */

static open_block *block_at(const writer *out, uint32_t index) { return &((open_block *)out->blocks.items)[index]; }
static open_block *innermost(const writer *out) { return block_at(out, out->blocks.count - 1); }

static open_block *push_block(writer *out) {
  const uint32_t splits = out->blocks.count == 0 ? 0 : innermost(out)->splits;
  open_block *added = coop__push(out->job, &out->blocks, sizeof *added);
  if (added != NULL) added->splits = splits;
  return added;
}

/* The instruction `loop` was just read. */
static void begin_loop(writer *out, const coop__instruction *instruction, const coop__loop *loop) {
  open_block *added = push_block(out);
  if (added == NULL) return;
  added->bare = instruction->params == 0;
  if (loop->weight == 0) return;
  const bool local = !loop->calls && out->counter != COOP__NONE;
  if (local && out->region == COOP__NONE) {
    out->region = out->blocks.count - 1;
    added->is_region = true;
    copy_to(out, instruction->at);
    insert(out, load_counter);
  }
  if (local && loop->innermost) {
    copy_to(out, out->code.reader.at); /* the added loop is a copy of the original one */
    insert(out, call_if_used_up);
    out->copied = instruction->at;
    copy_to(out, out->code.reader.at);
    insert(out, leave_if_used_up);
    put_code(out, &out->body, charge, local, loop->weight);
    added->is_split = true;
    added->splits++;
  } else {
    copy_to(out, out->code.reader.at);
    insert_check(out, local, loop->weight);
  }
}

static void end_block(writer *out) {
  const open_block closed = *innermost(out);
  out->blocks.count--;
  if (!closed.is_split && !closed.is_region) return;
  copy_to(out, out->code.reader.at);
  if (closed.is_split) put(out, &out->body, COOP__END);
  if (closed.is_region) {
    insert(out, store_counter);
    out->region = COOP__NONE;
  }
}

/* The label that leads where `label` led in the input; `depth` is the number of blocks around the instruction. */
static uint32_t mapped(const writer *out, const coop__label *label, uint32_t depth) {
  return label->depth + block_at(out, depth - 1)->splits - block_at(out, depth - 1 - label->depth)->splits;
}

static bool leaves_region(const writer *out, uint32_t opcode, uint32_t depth) {
  if (out->region == COOP__NONE) return false;
  if (opcode == COOP__RETURN || opcode == COOP__THROW || opcode == COOP__RETHROW || opcode == COOP__THROW_REF)
    return true;
  if (coop__begins_block(opcode) || coop__ends_block(opcode)) return false; /* exceptions: these come from a throw */
  const coop__label *labels = out->code.labels.items;
  for (uint32_t i = 0; i < out->code.labels.count; i++) {
    if (depth - 1 - labels[i].depth < out->region) return true;
  }
  return false;
}

/* Writes the labels of the instruction that was just read, if they change. */
static void write_labels(writer *out, uint32_t depth) {
  const coop__label *labels = out->code.labels.items;
  for (uint32_t i = 0; i < out->code.labels.count; i++) {
    const uint32_t label = mapped(out, &labels[i], depth);
    if (label == labels[i].depth) continue;
    copy_to(out, labels[i].at);
    put_u32(out, &out->body, label);
    out->copied = labels[i].end;
  }
}

static void write_instruction(writer *out, const coop__function *function, const coop__instruction *instruction) {
  const coop__module *module = out->module;
  const uint32_t opcode = instruction->opcode;
  const uint32_t depth = out->blocks.count - (opcode == COOP__DELEGATE);
  if (coop__is_indirect(opcode) &&
      module->checked[module->functions.count + coop__class_of(module, instruction->index)]) {
    copy_to(out, instruction->at);
    insert_check(out, false, function->weight);
    statistics(out)->call_checks++;
  }
  const bool leaves = leaves_region(out, opcode, depth);
  const coop__label *label = out->code.labels.items;
  const bool conditionally = leaves && opcode == COOP__BR_IF && block_at(out, depth - 1 - label->depth)->bare;
  if (leaves) {
    copy_to(out, instruction->at);
    if (!conditionally) insert(out, store_counter);
  }
  if (out->old_count > 0) {
    copy_to(out, instruction->at);
    take_old_hints(out, (uint64_t)(instruction->at - function->body.begin));
  }
  if (conditionally) {
    /* The counter is stored only if the branch is taken, because it may be in a hot loop. */
    put_code(out, &out->body, store_and_branch, true, mapped(out, label, depth) + 1);
    out->copied = out->code.reader.at;
  } else {
    write_labels(out, depth);
  }
}

/* ---- functions ---- */

static bool is_changed(const coop__module *module, uint32_t index) {
  const coop__function *function = &coop__functions(module)[index];
  return module->checked[index] || function->checked_loops || coop__checks_calls(module, function);
}

static bool counts_locally(const coop__module *module, const coop__function *function) {
  const coop__loop *loops = coop__loops(module);
  for (uint32_t i = function->first_loop; i < function->first_loop + function->loops; i++) {
    if (loops[i].weight != 0 && !loops[i].calls) return true;
  }
  return false;
}

/* Writes the locals, with one more if the function counts locally. */
static void write_locals(writer *out, const coop__function *function, coop__counts *counts) {
  coop__reader *reader = &out->code.reader;
  coop__reader groups = *reader;
  const uint32_t params = coop__types(out->module)[function->type].params;
  const uint32_t locals = coop__read_locals(reader, &out->module->counts, params);
  const bool local = counts_locally(out->module, function) && locals < LOCALS_MAX;
  put_u32(out, &out->body, coop__read_u32(&groups) + local);
  put_range(out, &out->body, (coop__range){groups.at, reader->at});
  if (local) {
    put(out, &out->body, 1);
    put(out, &out->body, COOP__I32);
  }
  out->counter = local ? locals : COOP__NONE;
  out->copied = reader->at;
  counts->of[COOP__LOCALS] = locals;
}

static void write_changed_body(writer *out, uint32_t index) {
  const coop__module *module = out->module;
  const coop__function *function = &coop__functions(module)[index];
  coop__counts counts = module->counts;
  out->code.reader = (coop__reader){out->job, function->body.begin, function->body.end};
  out->code.counts = &counts;
  out->code.types = coop__types(module);
  out->body.size = 0;
  out->region = COOP__NONE;
  write_locals(out, function, &counts);
  if (module->checked[index]) {
    insert_check(out, false, function->weight);
    statistics(out)->entry_checks++;
  }
  out->blocks.count = 0;
  open_block *whole = push_block(out);
  if (whole != NULL) whole->bare = coop__types(module)[function->type].results == 0;
  uint32_t next_loop = function->first_loop;
  coop__instruction instruction;
  while (out->blocks.count > 0 && coop__read_instruction(&out->code, &instruction)) {
    write_instruction(out, function, &instruction);
    if (instruction.opcode == COOP__LOOP) {
      begin_loop(out, &instruction, &coop__loops(module)[next_loop++]);
    } else if (coop__begins_block(instruction.opcode)) {
      open_block *added = push_block(out);
      if (added != NULL) added->bare = instruction.results == 0;
    } else if (coop__ends_block(instruction.opcode)) {
      end_block(out);
    }
  }
  copy_to(out, function->body.end);
  out->code.counts = NULL; /* they are this function's */
}

static void write_function(writer *out, coop__buffer *code, uint32_t index) {
  const coop__function *function = &coop__functions(out->module)[index];
  begin_hints(out, index);
  const bool changed = is_changed(out->module, index) || out->old_count > 0;
  if (changed) write_changed_body(out, index);
  end_hints(out, index);
  if (!coop__ok(out->job)) return;
  const coop__range body = changed ? (coop__range){out->body.bytes, out->body.bytes + out->body.size} : function->body;
  put_u32(out, code, (uint32_t)(body.end - body.begin));
  put_range(out, code, body);
}

/* ---- the added functions ---- */

/*
 * coop:check.
 *
 *     if hooks[0] is null, budget = 2^31 - 1
 *     else budget = -1, budget = hooks[0]()
 *       if budget < 0, budget = hooks[1]()
 *         if budget < 0, budget = 0
 *     return budget
 */
static const uint8_t check_body[] = {
    0, /* no locals */
    COOP__I32_CONST,
    CHECK_HOOK,
    COOP__TABLE_GET,
    TABLE,
    COOP__REF_IS_NULL,
    COOP__IF,
    NO_TYPE,
    COOP__I32_CONST,
    0xff,
    0xff,
    0xff,
    0xff,
    0x07,
    SET_BUDGET,
    COOP__ELSE,
    COOP__I32_CONST,
    0x7f,
    SET_BUDGET,
    COOP__I32_CONST,
    CHECK_HOOK,
    CALL_HOOK,
    SET_BUDGET,
    GET_BUDGET,
    COOP__I32_CONST,
    0,
    COOP__I32_LT_S,
    COOP__IF,
    NO_TYPE,
    COOP__I32_CONST,
    SUSPEND_HOOK,
    CALL_HOOK,
    SET_BUDGET,
    GET_BUDGET,
    COOP__I32_CONST,
    0,
    COOP__I32_LT_S,
    COOP__IF,
    NO_TYPE,
    COOP__I32_CONST,
    0,
    SET_BUDGET,
    COOP__END,
    COOP__END,
    COOP__END,
    GET_BUDGET,
    COOP__END,
    STOP,
};

static void write_check(writer *out, coop__buffer *code) {
  const size_t begin = begin_sized(out, code);
  put_code(out, code, check_body, false, 0);
  end_sized(out, code, begin);
}

static void write_save_and_restore(writer *out, coop__buffer *code) {
  size_t begin = begin_sized(out, code);
  put(out, code, 0);
  for (uint32_t i = 0; i < out->saved_count; i++) put_with_index(out, code, COOP__GLOBAL_GET, out->saved[i].index);
  put(out, code, COOP__END);
  end_sized(out, code, begin);

  begin = begin_sized(out, code);
  put(out, code, 0);
  for (uint32_t i = 0; i < out->saved_count; i++) {
    put_with_index(out, code, COOP__LOCAL_GET, i);
    put_with_index(out, code, COOP__GLOBAL_SET, out->saved[i].index);
  }
  put(out, code, COOP__END);
  end_sized(out, code, begin);
}

/* ---- sections ---- */

static void put_saved_types(writer *out) {
  put_u32(out, out->output, out->saved_count);
  for (uint32_t i = 0; i < out->saved_count; i++) put_range(out, out->output, out->saved[i].type);
}

static void add_types(writer *out) {
  static const uint8_t check[] = {FUNCTION_FORM, 0, 1, COOP__I32};
  coop__buffer *output = out->output;
  put_bytes(out, output, check, sizeof check);
  if (!out->state) return;
  put(out, output, FUNCTION_FORM);
  put(out, output, 0);
  put_saved_types(out);
  put(out, output, FUNCTION_FORM);
  put_saved_types(out);
  put(out, output, 0);
}

static void add_functions(writer *out) {
  put_u32(out, out->output, out->check_type);
  if (!out->state) return;
  put_u32(out, out->output, out->check_type + 1);
  put_u32(out, out->output, out->check_type + 2);
}

static void add_table(writer *out) {
  static const uint8_t hooks[] = {COOP__FUNCREF, 1, HOOKS, HOOKS};
  put_bytes(out, out->output, hooks, sizeof hooks);
}

static void add_global(writer *out) {
  static const uint8_t budget[] = {COOP__I32, 1, COOP__I32_CONST, 0xff, 0xff, 0xff, 0xff, 0x07, COOP__END};
  put_bytes(out, out->output, budget, sizeof budget);
}

enum { FUNCTION_EXPORT = 0, TABLE_EXPORT = 1, MEMORY_EXPORT = 2 };

static void put_export(writer *out, const char *name, uint8_t kind, uint32_t index) {
  put_name(out, out->output, name);
  put(out, out->output, kind);
  put_u32(out, out->output, index);
}

/* Engines allow 100 memories. */
static void put_memory_export(writer *out, uint32_t index) {
  char name[] = "coop:memory\0\0";
  char *digits = name + sizeof "coop:memory" - 1;
  if (index >= 10) *digits++ = (char)('0' + index / 10 % 10);
  *digits = (char)('0' + index % 10);
  put_export(out, name, MEMORY_EXPORT, index);
}

static void add_exports(writer *out) {
  put_export(out, "coop:check", FUNCTION_EXPORT, out->check);
  put_export(out, "coop:hooks", TABLE_EXPORT, out->table);
  if (!out->state) return;
  put_export(out, "coop:save", FUNCTION_EXPORT, out->check + 1);
  put_export(out, "coop:restore", FUNCTION_EXPORT, out->check + 2);
  for (uint32_t i = 0; i < out->module->memories; i++) put_memory_export(out, i);
}

static uint32_t added_functions(const writer *out) { return out->state ? 3 : 1; }
static uint32_t added_exports(const writer *out) { return out->state ? 4 + out->module->memories : 2; }

/* A section that gets additions: the old contents of a vector, NULL if there are none, and the new items. */
static void write_extended(writer *out, const coop__section *section, uint8_t id, uint32_t more,
                           void (*add)(struct writer *)) {
  coop__reader old = {out->job, NULL, NULL};
  uint32_t count = 0;
  if (section != NULL) {
    old.at = section->contents.begin;
    old.end = section->contents.end;
    count = coop__read_count(&old);
  }
  put(out, out->output, id);
  const size_t begin = begin_sized(out, out->output);
  put_u32(out, out->output, count + more);
  put_range(out, out->output, (coop__range){old.at, old.end});
  add(out);
  end_sized(out, out->output, begin);
}

static void write_hints(writer *out) {
  if (out->hinted_functions == 0) return;
  put(out, out->output, COOP__CUSTOM_SECTION);
  const size_t begin = begin_sized(out, out->output);
  put_name(out, out->output, "metadata.code.branch_hint");
  put_u32(out, out->output, out->hinted_functions);
  put_bytes(out, out->output, out->hints.bytes, out->hints.size);
  end_sized(out, out->output, begin);
}

/* The section with the hints stands before the code, but is known only when the code was written. */
static void write_code(writer *out, const coop__section *section) {
  const coop__module *module = out->module;
  const uint32_t defined = module->functions.count - module->imported_functions;
  coop__buffer code = {NULL, 0, 0};
  if (section != NULL) (void)coop__widen(out->job, &code, (size_t)(section->whole.end - section->whole.begin));
  for (uint32_t i = 0; i < defined && coop__ok(out->job); i++)
    write_function(out, &code, module->imported_functions + i);
  write_check(out, &code);
  if (out->state) write_save_and_restore(out, &code);
  write_hints(out);
  put(out, out->output, COOP__CODE_SECTION);
  const size_t begin = begin_sized(out, out->output);
  put_u32(out, out->output, defined + added_functions(out));
  put_bytes(out, out->output, code.bytes, code.size);
  end_sized(out, out->output, begin);
  coop__free_buffer(out->job, &code);
}

/* Writes the section with this id that gets additions. */
static void write_section(writer *out, uint8_t id, const coop__section *section) {
  switch (id) {
    case COOP__TYPE_SECTION:
      write_extended(out, section, id, added_functions(out), add_types);
      break;
    case COOP__FUNCTION_SECTION:
      write_extended(out, section, id, added_functions(out), add_functions);
      break;
    case COOP__TABLE_SECTION:
      write_extended(out, section, id, 1, add_table);
      break;
    case COOP__GLOBAL_SECTION:
      write_extended(out, section, id, 1, add_global);
      break;
    case COOP__EXPORT_SECTION:
      write_extended(out, section, id, added_exports(out), add_exports);
      break;
    default:
      write_code(out, section);
  }
}

/* The sections that get additions, in their order. */
static const uint8_t extended[] = {COOP__TYPE_SECTION,   COOP__FUNCTION_SECTION, COOP__TABLE_SECTION,
                                   COOP__GLOBAL_SECTION, COOP__EXPORT_SECTION,   COOP__CODE_SECTION};
enum { EXTENDED = sizeof extended };

static void write_sections(writer *out) {
  const coop__section *sections = out->module->sections.items;
  unsigned written = 0; /* of `extended` */
  put_bytes(out, out->output, out->job->input, 8);
  for (uint32_t i = 0; i < out->module->sections.count && coop__ok(out->job); i++) {
    const coop__section *section = &sections[i];
    const uint8_t position = coop__section_positions[section->id];
    while (written < EXTENDED && coop__section_positions[extended[written]] < position)
      write_section(out, extended[written++], NULL);
    if (written < EXTENDED && section->id == extended[written]) {
      write_section(out, extended[written++], section);
      continue;
    }
    if (!section->dropped) put_range(out, out->output, section->whole);
  }
  while (written < EXTENDED) write_section(out, extended[written++], NULL);
}

void coop__write_module(coop__job *job, const coop__module *module, bool state, size_t size, coop__buffer *output) {
  const uint32_t *count = module->counts.of;
  coop_instrument_result hint_result;
  writer out = {
      .job = job,
      .module = module,
      .output = output,
      .state = state,
      .check_type = count[COOP__TYPES],
      .table = count[COOP__TABLES],
      .budget = count[COOP__GLOBALS],
      .check = count[COOP__FUNCTIONS],
      .saved = module->saved.items,
      .saved_count = module->saved.count <= SAVED_MAX ? module->saved.count : 0,
      .hint_job = {.input = job->input, .result = &hint_result},
      .old_function = COOP__NONE,
  };
  coop_instrument_statistics *total = &job->result->statistics;
  total->functions = module->functions.count - module->imported_functions;
  if (state) {
    total->saved_globals = out.saved_count;
    total->unsaved_globals = module->unsaved + (module->saved.count - out.saved_count);
  }
  if (module->hints.begin != NULL) {
    out.old_hints = (coop__reader){&out.hint_job, module->hints.begin, module->hints.end};
    out.old_functions = coop__read_count(&out.old_hints);
    next_old_function(&out);
  }
  (void)coop__widen(job, output, size); /* with half as much again: enough for most modules */
  write_sections(&out);
  coop__free_buffer(job, &out.body);
  coop__free_buffer(job, &out.function_hints);
  coop__free_buffer(job, &out.hints);
}
