#ifndef COOPERATOR_INSTRUMENT_INTERNAL_H
#define COOPERATOR_INSTRUMENT_INTERNAL_H

/*
 * What the files of the rewriter share.
 *
 * Layers, from the top. A file calls only what is below it.
 *
 *     instrument.c   the public function
 *     writer.c       writes the new module
 *     graph.c        which functions and indirect calls get a check
 *     module.c       reads the sections
 *     loops.c        reads a function: which loops get a check, and what the function calls
 *     reader.c       numbers, types, and instructions with their immediates
 *     memory.c       memory from the host
 *
 * Errors. The first one is stored in the job, and from then on readers are at their ends, numbers are 0, and nothing is
 * written. So a caller need not look at each return value, but a loop must end when the job has failed.
 */

#include "cooperator/instrument.h"

/* ---- the job: one call of coop_instrument ---- */

typedef struct coop__memory_block coop__memory_block;

typedef struct coop__job {
  const coop_instrument_host *host;
  const uint8_t *input;
  coop_instrument_status status;
  coop_instrument_result *result;
  coop__memory_block *blocks; /* freed at the end; the first has room for more */
  size_t block_used;
  uint8_t *rows; /* reader.c: for each opcode, its row in the table of instructions */
} coop__job;

static inline bool coop__ok(const coop__job *job) { return job->status == COOP_INSTRUMENT_OK; }

/* Memory that lives as long as the job, filled with zeros. Returns NULL, and fails the job, if there is none. */
void *coop__take(coop__job *job, size_t size);
void coop__free_blocks(coop__job *job);

/* An array that grows. Its items move when it does. */
typedef struct coop__list {
  void *items;
  uint32_t count, capacity;
} coop__list;

/* Appends an item of zeros and returns it; NULL if there is no memory. `size` is the size of every item. */
void *coop__push(coop__job *job, coop__list *list, size_t size);

/* Bytes that are written. */
typedef struct coop__buffer {
  uint8_t *bytes;
  size_t size, capacity;
} coop__buffer;

/* Makes room for `more` bytes. On failure the job fails, and the room is as before. */
bool coop__widen(coop__job *job, coop__buffer *buffer, size_t more);
void coop__free_buffer(const coop__job *job, coop__buffer *buffer);

/* ---- reading ---- */

/* A part of the input. */
typedef struct coop__range {
  const uint8_t *begin, *end; /* NULL: it is absent */
} coop__range;

typedef struct coop__reader {
  coop__job *job;
  const uint8_t *at, *end;
} coop__reader;

/* Fails the job: the byte at `at` is not what was expected, which completes "found 0x05, expected ...". */
void coop__refuse(coop__reader *reader, const uint8_t *at, const char *expected);

uint8_t coop__read_byte(coop__reader *reader);
uint32_t coop__read_u32(coop__reader *reader);
uint64_t coop__read_u64(coop__reader *reader);
/* Also for numbers of at most 33 or 32 bits. */
int64_t coop__read_signed(coop__reader *reader, unsigned bits);
void coop__skip(coop__reader *reader, uint32_t bytes);
/* The number of items that follow, each at least one byte long. */
uint32_t coop__read_count(coop__reader *reader);
/* The reader of the next `size` bytes, which `reader` skips. */
coop__reader coop__read_part(coop__reader *reader, uint32_t size);
/* Refuses bytes that are left. */
void coop__expect_end(coop__reader *reader);

/*
 * The index spaces at whose ends something is added. An index must be below the old number of items; otherwise an
 * invalid module could become valid by naming what was added.
 */
typedef enum coop__space {
  COOP__TYPES,
  COOP__FUNCTIONS,
  COOP__TABLES,
  COOP__GLOBALS,
  COOP__LOCALS,
  COOP__SPACES
} coop__space;

typedef struct coop__counts {
  uint32_t of[COOP__SPACES];
} coop__counts;

uint32_t coop__read_index(coop__reader *reader, const coop__counts *counts, coop__space space);

enum { COOP__I32 = 0x7f, COOP__V128 = 0x7b, COOP__EXNREF = 0x69, COOP__NULLEXNREF = 0x74, COOP__FUNCREF = 0x70 };

/*
 * Reads a value type. Returns its code; for a reference to a heap type, (ref ht) or (ref null ht), the code of its
 * heap type, or COOP__FUNCREF for an index.
 */
uint8_t coop__read_value_type(coop__reader *reader, const coop__counts *counts);

/* What the rewriter knows of a type. */
typedef struct coop__type {
  uint32_t params, results;
  /*
   * Of a function type: a hash of its parameters and results, in which all references are alike. So a function that an
   * indirect call may reach has the signature of the call's type, also if the types have different indices or one is
   * a subtype of the other. Types that have the same hash by chance cost a needless check.
   */
  uint32_t signature;
} coop__type;

typedef enum coop__opcode {
  COOP__BLOCK = 0x02,
  COOP__LOOP = 0x03,
  COOP__IF = 0x04,
  COOP__ELSE = 0x05,
  COOP__TRY = 0x06,
  COOP__THROW = 0x08,
  COOP__RETHROW = 0x09,
  COOP__THROW_REF = 0x0a,
  COOP__END = 0x0b,
  COOP__BR = 0x0c,
  COOP__BR_IF = 0x0d,
  COOP__RETURN = 0x0f,
  COOP__CALL = 0x10,
  COOP__CALL_INDIRECT = 0x11,
  COOP__RETURN_CALL = 0x12,
  COOP__RETURN_CALL_INDIRECT = 0x13,
  COOP__CALL_REF = 0x14,
  COOP__RETURN_CALL_REF = 0x15,
  COOP__DELEGATE = 0x18,
  COOP__TRY_TABLE = 0x1f,
  COOP__LOCAL_GET = 0x20,
  COOP__LOCAL_SET = 0x21,
  COOP__LOCAL_TEE = 0x22,
  COOP__GLOBAL_GET = 0x23,
  COOP__GLOBAL_SET = 0x24,
  COOP__TABLE_GET = 0x25,
  COOP__I32_CONST = 0x41,
  COOP__I32_NE = 0x47,
  COOP__I32_LT_S = 0x48,
  COOP__I32_LT_U = 0x49,
  COOP__I32_ADD = 0x6a,
  COOP__I32_SUB = 0x6b,
  COOP__REF_IS_NULL = 0xd1,
  COOP__REF_FUNC = 0xd2
} coop__opcode;

/* A label that an instruction names. */
typedef struct coop__label {
  const uint8_t *at, *end; /* where it stands */
  uint32_t depth;
} coop__label;

typedef struct coop__instruction {
  const uint8_t *at;
  uint32_t opcode;          /* with its prefix in bits 12 to 19, if it has one */
  uint32_t index;           /* of a type, function, table, global or local: the first that it names */
  int32_t constant;         /* of i32.const */
  uint32_t params, results; /* of what begins a block */
} coop__instruction;

/* Whether it begins a block, which an `end` or `delegate` ends. */
static inline bool coop__begins_block(uint32_t opcode) {
  return (opcode >= COOP__BLOCK && opcode <= COOP__IF) || opcode == COOP__TRY || opcode == COOP__TRY_TABLE;
}

static inline bool coop__ends_block(uint32_t opcode) { return opcode == COOP__END || opcode == COOP__DELEGATE; }

static inline bool coop__is_call(uint32_t opcode) { return opcode >= COOP__CALL && opcode <= COOP__RETURN_CALL_REF; }

/* A call of which only the type of the callee is known. */
static inline bool coop__is_indirect(uint32_t opcode) {
  return coop__is_call(opcode) && opcode != COOP__CALL && opcode != COOP__RETURN_CALL;
}

/* What reading instructions needs. */
typedef struct coop__code {
  coop__reader reader;
  const coop__counts *counts;
  const coop__type *types;
  coop__list labels; /* of coop__label: those of the last instruction */
} coop__code;

/* Builds the job's `rows`. */
void coop__prepare_instructions(coop__job *job);
/* Reads an instruction. Returns false if the job has failed. */
bool coop__read_instruction(coop__code *code, coop__instruction *instruction);

/* ---- the module ---- */

#define COOP__NONE UINT32_MAX /* no index */

typedef struct coop__loop {
  uint8_t weight; /* what an iteration is charged; 0: the loop has no check */
  bool calls;     /* something is called in it, so it counts in the global; otherwise it counts in a local */
  bool innermost; /* no loop in it has a check */
} coop__loop;

typedef struct coop__function {
  uint32_t type;
  uint32_t first_call, calls; /* in coop__module.calls */
  uint32_t first_loop, loops; /* in coop__module.loops, in the order of their beginnings */
  uint32_t next_taken;        /* the next function in coop__module.taken, plus 1 */
  bool taken;                 /* it can be called indirectly */
  bool checked_loops;         /* one of its loops has a check */
  uint8_t weight;             /* what a check at its start is charged */
  coop__range body;           /* locals and instructions; NULL for an import */
} coop__function;

/* Section ids. */
enum {
  COOP__CUSTOM_SECTION = 0,
  COOP__TYPE_SECTION = 1,
  COOP__IMPORT_SECTION = 2,
  COOP__FUNCTION_SECTION = 3,
  COOP__TABLE_SECTION = 4,
  COOP__MEMORY_SECTION = 5,
  COOP__GLOBAL_SECTION = 6,
  COOP__EXPORT_SECTION = 7,
  COOP__START_SECTION = 8,
  COOP__ELEMENT_SECTION = 9,
  COOP__CODE_SECTION = 10,
  COOP__DATA_SECTION = 11,
  COOP__DATA_COUNT_SECTION = 12,
  COOP__TAG_SECTION = 13,
  COOP__SECTION_IDS = 14
};

/* By id: where a section may be. Each may be there once, in this order; custom sections (0) may be anywhere. */
extern const uint8_t coop__section_positions[COOP__SECTION_IDS];

typedef struct coop__section {
  uint8_t id;
  coop__range whole;    /* with its id and size */
  coop__range contents; /* of a custom section, without its name */
  bool dropped;         /* it is not copied */
} coop__section;

/* A mutable global that can be saved. */
typedef struct coop__saved_global {
  uint32_t index;
  coop__range type;
} coop__saved_global;

typedef struct coop__module {
  coop__counts counts; /* of what has been read so far */
  uint32_t memories;
  uint32_t imported_functions;
  uint32_t bodies;      /* how many have been read */
  coop__list sections;  /* of coop__section */
  coop__list types;     /* of coop__type */
  coop__list functions; /* of coop__function: imported, then defined ones */
  coop__list loops;     /* of coop__loop */
  coop__list calls;     /* of uint32_t: a function; or, for indirect calls, the number of functions plus a class */
  coop__list saved;     /* of coop__saved_global */
  uint32_t unsaved;     /* mutable globals that cannot be saved */
  coop__range hints;    /* the contents of the section with branch hints */

  /* Working memory that all functions share. */
  coop__list labels; /* of coop__label */
  coop__list blocks; /* those that are open */

  /*
   * Indirect calls by class. A class is a set of signatures (coop__type). `classes` is a power of two, much larger than
   * the number of types, so that most classes have one signature.
   */
  uint32_t classes;
  uint32_t *taken; /* by class: the first function that can be called indirectly, plus 1 */
  /* Filled by graph.c. By function and then by class: it gets a check, at its start or before each call. */
  uint8_t *checked;
} coop__module;

static inline coop__type *coop__types(const coop__module *module) { return module->types.items; }
static inline coop__function *coop__functions(const coop__module *module) { return module->functions.items; }
static inline coop__loop *coop__loops(const coop__module *module) { return module->loops.items; }

static inline uint32_t coop__class_of(const coop__module *module, uint32_t type) {
  return coop__types(module)[type].signature & (module->classes - 1);
}

/* Reads the locals of a body. Returns how many locals the function has, parameters included. */
uint32_t coop__read_locals(coop__reader *reader, const coop__counts *counts, uint32_t params);

/* Reads a function's body, and adds its loops and calls to the module. */
void coop__scan_function(coop__job *job, coop__module *module, uint32_t function);

void coop__read_module(coop__job *job, coop__module *module, size_t size);

/* graph.c: decides which functions and classes get a check. */
void coop__break_cycles(coop__job *job, coop__module *module);
/* Whether the function calls something indirectly whose class gets a check. */
bool coop__checks_calls(const coop__module *module, const coop__function *function);

void coop__write_module(coop__job *job, const coop__module *module, bool state, size_t size, coop__buffer *output);

#endif
