/*
 * Reads the body of a function: its calls, and what its loops are.
 *
 * Weights. A check is charged the number of instructions of its loop's body, without the loops in it that have checks
 * of their own, or of the function if it stands at its start. So the budget counts instructions, and the host is called
 * about equally often by short and by long loops. Weights have a maximum, because an iteration of a long loop (of an
 * interpreter, say) runs only a small part of its body.
 *
 * Short loops. Compilers write fixed counts as
 *
 *     i32.const FIRST, local.set I, ..., loop, ..., local.get I, i32.const STEP, i32.add, local.tee I,
 *     [i32.const LAST, i32.ne,] br_if 0, ..., end
 *
 * A loop like this is bounded, and needs no check, if
 * - the value of I at its beginning is known: it was set in straight code before it;
 * - I is set only once in the loop, right before the branch;
 * - that branch is the only one to the loop;
 * - there is no other loop and no call in it.
 */

#include "internal.h"

enum {
  WEIGHT_MAX = 48,
  CONSTANTS = 8,         /* locals whose values are remembered */
  RECENT = 6,            /* instructions that are remembered: the longest pattern */
  SHORT_LOOP_MAX = 4096, /* the instructions that a loop without a check may execute */
};

/* A block that is open. The first one is the function's body. */
typedef struct open_block {
  uint32_t loop; /* its index in the module; COOP__NONE: it is no loop */
  uint32_t weight;
  bool calls;         /* in it, or in a block in it */
  bool checked_loops; /* loops with a check, in it */
} open_block;

/* Locals that hold constants. */
typedef struct constants {
  uint32_t local[CONSTANTS];
  int32_t value[CONSTANTS];
  uint8_t writes[CONSTANTS]; /* since `candidate` began; 2: twice or more */
  unsigned count;
} constants;

typedef struct step {
  uint32_t opcode, index;
  int32_t constant;
} step;

typedef struct short_loops {
  step recent[RECENT];   /* since the last block began or ended: a ring */
  uint32_t instructions; /* how many were written to it */
  constants known;       /* at this instruction */

  /* The innermost open loop, if it may be a short one. */
  uint32_t candidate;  /* its loop, or COOP__NONE */
  uint32_t depth;      /* its number of enclosing blocks */
  constants at_start;  /* what was known when it began */
  uint32_t branches;   /* to it */
  unsigned variable;   /* in `at_start`: the variable of the loop */
  uint32_t iterations; /* 0: unknown */
} short_loops;

/* The instruction before the last `back` ones. Before the first there are zeros: `unreachable`. */
static const step *before(const short_loops *state, uint32_t back) {
  return &state->recent[(state->instructions + RECENT - 1 - back) % RECENT];
}

static void forget_recent(short_loops *state) {
  for (unsigned i = 0; i < RECENT; i++) state->recent[i] = (step){0, 0, 0};
}

static void write_local(short_loops *state, uint32_t local) {
  if (state->candidate != COOP__NONE) {
    constants *start = &state->at_start;
    for (unsigned i = 0; i < start->count; i++) {
      if (start->local[i] == local && start->writes[i] < 2) start->writes[i]++;
    }
  }
  constants *known = &state->known;
  unsigned slot = 0;
  while (slot < known->count && known->local[slot] != local) slot++;
  if (before(state, 0)->opcode == COOP__I32_CONST && slot < CONSTANTS) {
    known->local[slot] = local;
    known->value[slot] = before(state, 0)->constant;
    known->writes[slot] = 0;
    if (slot == known->count) known->count++;
  } else if (slot < known->count) {
    known->count--;
    known->local[slot] = known->local[known->count];
    known->value[slot] = known->value[known->count];
  }
}

/* How often a loop runs whose variable goes from `first` in steps until `compare` with `last` fails. 0: not known. */
static uint32_t count_iterations(int64_t first, int64_t by, int64_t last, uint32_t compare) {
  const int64_t distance = last - first;
  if (by == 0) return 0;
  if (compare == COOP__I32_NE) {
    if (distance % by != 0 || distance / by <= 0) return 0; /* it would run around the numbers */
  } else if (by < 0 || distance <= 0 || last + by > INT32_MAX) {
    return 0;
  }
  const int64_t iterations = compare == COOP__I32_NE ? distance / by : (distance + by - 1) / by;
  return iterations <= SHORT_LOOP_MAX ? (uint32_t)iterations : 0;
}

/* At a `br_if` to the candidate: is it the end of the pattern? */
static void match_branch(short_loops *state) {
  uint32_t back = 0, compare = COOP__I32_NE;
  int64_t last = 0;
  const step *comparison = before(state, 0);
  if (before(state, 1)->opcode == COOP__I32_CONST &&
      (comparison->opcode == COOP__I32_NE || comparison->opcode == COOP__I32_LT_S ||
       comparison->opcode == COOP__I32_LT_U)) {
    compare = comparison->opcode;
    last = before(state, 1)->constant;
    back = 2;
  }
  const step *tee = before(state, back), *add = before(state, back + 1), *by = before(state, back + 2),
             *get = before(state, back + 3);
  if (tee->opcode != COOP__LOCAL_TEE || (add->opcode != COOP__I32_ADD && add->opcode != COOP__I32_SUB) ||
      by->opcode != COOP__I32_CONST || get->opcode != COOP__LOCAL_GET || get->index != tee->index)
    return;
  const constants *start = &state->at_start;
  for (unsigned i = 0; i < start->count; i++) {
    if (start->local[i] != tee->index) continue;
    const int64_t signed_by = add->opcode == COOP__I32_ADD ? by->constant : -(int64_t)by->constant;
    state->variable = i;
    state->iterations = count_iterations(start->value[i], signed_by, last, compare);
  }
}

static void begin_candidate(short_loops *state, uint32_t loop, uint32_t depth) {
  state->candidate = loop;
  state->depth = depth;
  state->at_start = state->known;
  for (unsigned i = 0; i < CONSTANTS; i++) state->at_start.writes[i] = 0;
  state->branches = 0;
  state->iterations = 0;
}

/* Follows the function's code. `depth` is the number of blocks around the instruction, `loops` that of all loops. */
static void follow(short_loops *state, const coop__instruction *instruction, const coop__list *labels, uint32_t depth,
                   uint32_t loops) {
  const coop__label *label = labels->items;
  if (state->candidate != COOP__NONE) {
    for (uint32_t i = 0; i < labels->count; i++) {
      if (depth - 1 - label[i].depth != state->depth) continue;
      state->branches++;
      if (instruction->opcode == COOP__BR_IF) match_branch(state);
    }
  }
  const uint32_t opcode = instruction->opcode;
  if (opcode == COOP__LOCAL_SET || opcode == COOP__LOCAL_TEE) write_local(state, instruction->index);
  if (coop__begins_block(opcode) || coop__ends_block(opcode) || opcode == COOP__ELSE) {
    if (opcode == COOP__LOOP) begin_candidate(state, loops, depth);
    /* Other ways lead to the code after it, except into a block. */
    if (opcode != COOP__BLOCK) state->known.count = 0;
    forget_recent(state);
    return;
  }
  if (opcode == 0x07 || opcode == 0x19) state->known.count = 0; /* catch, catch_all */
  state->recent[state->instructions++ % RECENT] = (step){opcode, instruction->index, instruction->constant};
}

/* At the end of a loop: how often it runs, if it may go without a check; otherwise 0. */
static uint32_t short_iterations(const short_loops *state, uint32_t loop, const open_block *block) {
  const bool bounded = state->candidate == loop && state->iterations != 0 && state->branches == 1 &&
                       state->at_start.writes[state->variable] == 1 && !block->calls;
  return bounded && (uint64_t)state->iterations * block->weight <= SHORT_LOOP_MAX ? state->iterations : 0;
}

static uint8_t at_most_max(uint32_t weight) {
  return weight > WEIGHT_MAX ? WEIGHT_MAX : (uint8_t)(weight + (weight == 0));
}

/* ---- a function ---- */

static void add_call(coop__job *job, coop__module *module, coop__function *function,
                     const coop__instruction *instruction) {
  uint32_t *callee = coop__push(job, &module->calls, sizeof *callee);
  if (callee == NULL) return;
  *callee = coop__is_indirect(instruction->opcode)
                ? module->functions.count + coop__class_of(module, instruction->index)
                : instruction->index;
  function->calls++;
}

static open_block *begin_block(coop__job *job, coop__module *module, coop__function *function, bool is_loop) {
  open_block *opened = coop__push(job, &module->blocks, sizeof *opened);
  if (opened == NULL) return NULL;
  opened->loop = COOP__NONE;
  if (is_loop && coop__push(job, &module->loops, sizeof(coop__loop)) != NULL) {
    opened->loop = module->loops.count - 1;
    function->loops++;
  }
  return opened;
}

static void count_loop(coop_instrument_statistics *total, const coop__loop *loop) {
  total->loops++;
  if (loop->weight == 0) {
    total->short_loops++;
  } else if (loop->calls) {
    total->global_checks++;
  } else {
    total->local_checks++;
  }
}

static void end_block(const coop__job *job, coop__module *module, short_loops *state, coop__function *function) {
  open_block *blocks = module->blocks.items;
  open_block *closed = &blocks[--module->blocks.count];
  uint32_t weight = closed->weight;
  bool checked_loops = closed->checked_loops;
  if (closed->loop != COOP__NONE) {
    coop__loop *loop = &coop__loops(module)[closed->loop];
    const uint32_t iterations = short_iterations(state, closed->loop, closed);
    if (iterations == 0) {
      *loop = (coop__loop){at_most_max(weight), closed->calls, !checked_loops};
      function->checked_loops = checked_loops = true;
    }
    count_loop(&job->result->statistics, loop);
    weight *= iterations;
    state->candidate = COOP__NONE; /* what encloses it has a loop in it */
  }
  if (module->blocks.count == 0) {
    function->weight = at_most_max(weight);
  } else {
    closed[-1].weight += weight;
    closed[-1].calls |= closed->calls;
    closed[-1].checked_loops |= checked_loops;
  }
}

void coop__scan_function(coop__job *job, coop__module *module, uint32_t index) {
  coop__function *function = &coop__functions(module)[index];
  coop__counts counts = module->counts;
  coop__code code = {{job, function->body.begin, function->body.end}, &counts, coop__types(module), module->labels};
  counts.of[COOP__LOCALS] = coop__read_locals(&code.reader, &counts, code.types[function->type].params);
  function->first_call = module->calls.count;
  function->first_loop = module->loops.count;

  short_loops state = {.candidate = COOP__NONE};
  module->blocks.count = 0;
  (void)begin_block(job, module, function, false);
  coop__instruction instruction;
  while (module->blocks.count > 0 && coop__read_instruction(&code, &instruction)) {
    /* A `delegate` names its label as if its block had ended. */
    const uint32_t depth = module->blocks.count - (instruction.opcode == COOP__DELEGATE);
    const coop__label *labels = code.labels.items;
    for (uint32_t i = 0; i < code.labels.count; i++) {
      if (labels[i].depth >= depth) coop__refuse(&code.reader, labels[i].at, "the label of an enclosing block");
    }
    if (!coop__ok(job)) break;
    follow(&state, &instruction, &code.labels, depth, module->loops.count);
    if (coop__ends_block(instruction.opcode)) {
      end_block(job, module, &state, function);
      continue;
    }
    open_block *innermost = &((open_block *)module->blocks.items)[module->blocks.count - 1];
    innermost->weight++;
    if (coop__is_call(instruction.opcode)) {
      innermost->calls = true;
      add_call(job, module, function, &instruction);
    } else if (instruction.opcode == COOP__REF_FUNC) {
      coop__functions(module)[instruction.index].taken = true;
    }
    if (coop__begins_block(instruction.opcode))
      (void)begin_block(job, module, function, instruction.opcode == COOP__LOOP);
  }
  coop__expect_end(&code.reader);
  module->labels = code.labels; /* it may have grown */
}
