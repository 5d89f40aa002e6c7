/*
 * Reads the binary format: numbers, types, and instructions with their immediates.
 *
 * Instructions are described by a table, `rows`. A row is a range of opcodes that are followed by the same operands. An
 * opcode that is in no row is unknown. The rest of the rewriter need not know an instruction that is neither a branch
 * nor a call: supporting a new one means adding its row.
 *
 * Invariant: a reader never reads at or behind its end, and every successful read moves it forward.
 */

#include "internal.h"

#include <string.h>

/* ---- errors ---- */

typedef struct text {
  char *at, *end;
} text;

static void append(text *message, const char *words) {
  while (*words != '\0' && message->at < message->end) *message->at++ = *words++;
}

void coop__refuse(coop__reader *reader, const uint8_t *at, const char *expected) {
  coop__job *job = reader->job;
  if (coop__ok(job)) {
    job->status = COOP_INSTRUMENT_REFUSED;
    job->result->error_offset = (size_t)(at - job->input);
    char *message = job->result->message;
    text words = {message, message + COOP_INSTRUMENT_MESSAGE_SIZE - 1}; /* the last byte stays 0 */
    if (at < reader->end) {
      static const char digits[] = "0123456789abcdef";
      append(&words, (char[]){'0', 'x', digits[*at >> 4], digits[*at & 15], '\0'});
    } else {
      append(&words, "the end");
    }
    append(&words, " where there must be ");
    append(&words, expected);
  }
  reader->at = reader->end;
}

/* ---- numbers ---- */

uint8_t coop__read_byte(coop__reader *reader) {
  if (reader->at == reader->end) {
    coop__refuse(reader, reader->end, "more");
    return 0;
  }
  return *reader->at++;
}

static uint64_t read_unsigned(coop__reader *reader, unsigned bits) {
  const uint8_t *begin = reader->at;
  uint64_t value = 0;
  for (unsigned shift = 0; shift < bits; shift += 7) {
    const uint8_t byte = coop__read_byte(reader);
    value |= (uint64_t)(byte & 127) << shift;
    if (byte >= 128) continue;
    if (bits - shift < 7 && byte >> (bits - shift) != 0) break;
    return value;
  }
  coop__refuse(reader, begin, bits == 32 ? "a number of 32 bits" : "a number of 64 bits");
  return 0;
}

uint32_t coop__read_u32(coop__reader *reader) {
  /* Most numbers are below 128. */
  if (reader->at != reader->end && *reader->at < 128) return *reader->at++;
  return (uint32_t)read_unsigned(reader, 32);
}

uint64_t coop__read_u64(coop__reader *reader) { return read_unsigned(reader, 64); }

int64_t coop__read_signed(coop__reader *reader, unsigned bits) {
  const uint8_t *begin = reader->at;
  uint64_t value = 0;
  for (unsigned shift = 0; shift < bits; shift += 7) {
    const uint8_t byte = coop__read_byte(reader);
    value |= (uint64_t)(byte & 127) << shift;
    if (byte >= 128) continue;
    const unsigned left = bits - shift;
    if (left < 7) { /* the bits beyond the number must equal its sign */
      const uint8_t beyond = (uint8_t)(byte >> (left - 1));
      if (beyond != 0 && beyond != 127u >> (left - 1)) break;
    }
    if ((byte & 64) != 0 && shift + 7 < 64) value |= UINT64_MAX << (shift + 7);
    return (int64_t)value;
  }
  coop__refuse(reader, begin, "a signed number");
  return 0;
}

void coop__skip(coop__reader *reader, uint32_t bytes) {
  if (bytes > (size_t)(reader->end - reader->at)) {
    coop__refuse(reader, reader->end, "more");
  } else {
    reader->at += bytes;
  }
}

uint32_t coop__read_count(coop__reader *reader) {
  const uint8_t *at = reader->at;
  const uint32_t count = coop__read_u32(reader);
  if (count <= (size_t)(reader->end - reader->at)) return count;
  coop__refuse(reader, at, "a number of items that fit");
  return 0;
}

coop__reader coop__read_part(coop__reader *reader, uint32_t size) {
  coop__reader part = {reader->job, reader->at, reader->at};
  coop__skip(reader, size);
  if (coop__ok(reader->job)) part.end = reader->at;
  return part;
}

void coop__expect_end(coop__reader *reader) {
  if (reader->at != reader->end) coop__refuse(reader, reader->at, "the end of this part");
}

uint32_t coop__read_index(coop__reader *reader, const coop__counts *counts, coop__space space) {
  static const char *const expected[] = {"the index of a type", "the index of a function", "the index of a table",
                                         "the index of a global", "the index of a local"};
  const uint8_t *at = reader->at;
  const uint32_t index = coop__read_u32(reader);
  if (index < counts->of[space]) return index;
  coop__refuse(reader, at, expected[space]);
  return 0;
}

/* ---- types ---- */

/* The codes of types are negative numbers of 7 bits. Numbers and vectors: i32, i64, f32, f64, v128. */
static bool is_number_type(uint8_t code) { return code >= COOP__V128 && code <= COOP__I32; }

/* From exn (0x69) to noexn (0x74); 0x67 and 0x68 are not. */
static bool is_heap_type(uint8_t code) { return code >= COOP__EXNREF && code <= COOP__NULLEXNREF; }

static uint8_t read_heap_type(coop__reader *reader, const coop__counts *counts) {
  const uint8_t *at = reader->at;
  const int64_t type = coop__read_signed(reader, 33);
  if (type >= 0 && type < counts->of[COOP__TYPES]) return COOP__FUNCREF;
  if (type < 0 && type >= -64 && is_heap_type((uint8_t)(type & 127))) return (uint8_t)(type & 127);
  coop__refuse(reader, at, "a heap type");
  return 0;
}

uint8_t coop__read_value_type(coop__reader *reader, const coop__counts *counts) {
  const uint8_t *at = reader->at;
  const uint8_t code = coop__read_byte(reader);
  if (is_number_type(code) || is_heap_type(code)) return code;
  if (code == 0x63 || code == 0x64) return read_heap_type(reader, counts);
  coop__refuse(reader, at, "a value type");
  return 0;
}

static void read_block_type(coop__code *code, coop__instruction *instruction) {
  coop__reader *reader = &code->reader;
  const uint8_t first = reader->at == reader->end ? 0 : *reader->at;
  if (first == 0x40) { /* no type */
    reader->at++;
  } else if (first > 0x40 && first < 128) {
    (void)coop__read_value_type(reader, code->counts);
    instruction->results = 1;
  } else {
    const uint8_t *at = reader->at;
    const int64_t index = coop__read_signed(reader, 33);
    if (index < 0 || index >= code->counts->of[COOP__TYPES]) {
      coop__refuse(reader, at, "a block type");
      return;
    }
    instruction->params = code->types[index].params;
    instruction->results = code->types[index].results;
  }
}

uint32_t coop__read_locals(coop__reader *reader, const coop__counts *counts, uint32_t params) {
  uint32_t total = params;
  for (uint32_t groups = coop__read_count(reader); groups > 0 && coop__ok(reader->job); groups--) {
    const uint8_t *at = reader->at;
    const uint32_t count = coop__read_u32(reader);
    if (count > UINT32_MAX - total) coop__refuse(reader, at, "fewer locals");
    total += count;
    (void)coop__read_value_type(reader, counts);
  }
  return total;
}

/* ---- instructions ---- */

typedef enum operand {
  NO_OPERAND,
  TYPE_INDEX,
  FUNCTION_INDEX,
  TABLE_INDEX,
  GLOBAL_INDEX,
  LOCAL_INDEX,
  OTHER_INDEX, /* of a memory, tag, field, or segment: spaces that do not grow */
  LABEL,
  LABELS,  /* of br_table */
  CATCHES, /* of try_table */
  BLOCK_TYPE,
  VALUE_TYPES,
  HEAP_TYPE,
  MEMORY_ACCESS, /* alignment, perhaps a memory, offset */
  BYTE,          /* a lane, flags, or an ordering */
  SIGNED_32,
  SIGNED_64,
  FOUR_BYTES,
  EIGHT_BYTES,
  SIXTEEN_BYTES
} operand;

/* An operand of the kind TYPE_INDEX ... LOCAL_INDEX is an index of the space with its number minus 1. */
_Static_assert(TYPE_INDEX - 1 == (int)COOP__TYPES && LOCAL_INDEX - 1 == (int)COOP__LOCALS, "the same order");

typedef struct row {
  uint8_t prefix; /* 0: none */
  uint16_t first, last;
  uint8_t operands[4];
} row;

static const row rows[] = {
    {0, 0x00, 0x01, {NO_OPERAND}},  /* unreachable, nop */
    {0, 0x02, 0x04, {BLOCK_TYPE}},  /* block, loop, if */
    {0, 0x05, 0x05, {NO_OPERAND}},  /* else */
    {0, 0x06, 0x06, {BLOCK_TYPE}},  /* try */
    {0, 0x07, 0x08, {OTHER_INDEX}}, /* catch, throw */
    {0, 0x09, 0x09, {LABEL}},       /* rethrow */
    {0, 0x0a, 0x0b, {NO_OPERAND}},  /* throw_ref, end */
    {0, 0x0c, 0x0d, {LABEL}},       /* br, br_if */
    {0, 0x0e, 0x0e, {LABELS}},      /* br_table */
    {0, 0x0f, 0x0f, {NO_OPERAND}},  /* return */
    {0, 0x10, 0x10, {FUNCTION_INDEX}},
    {0, 0x11, 0x11, {TYPE_INDEX, TABLE_INDEX}},
    {0, 0x12, 0x12, {FUNCTION_INDEX}},
    {0, 0x13, 0x13, {TYPE_INDEX, TABLE_INDEX}},
    {0, 0x14, 0x15, {TYPE_INDEX}},  /* call_ref, return_call_ref */
    {0, 0x18, 0x18, {LABEL}},       /* delegate */
    {0, 0x19, 0x1b, {NO_OPERAND}},  /* catch_all, drop, select */
    {0, 0x1c, 0x1c, {VALUE_TYPES}}, /* select */
    {0, 0x1f, 0x1f, {BLOCK_TYPE, CATCHES}},
    {0, 0x20, 0x22, {LOCAL_INDEX}},
    {0, 0x23, 0x24, {GLOBAL_INDEX}},
    {0, 0x25, 0x26, {TABLE_INDEX}},
    {0, 0x28, 0x3e, {MEMORY_ACCESS}}, /* loads and stores */
    {0, 0x3f, 0x40, {OTHER_INDEX}},   /* memory.size, memory.grow */
    {0, 0x41, 0x41, {SIGNED_32}},
    {0, 0x42, 0x42, {SIGNED_64}},
    {0, 0x43, 0x43, {FOUR_BYTES}},
    {0, 0x44, 0x44, {EIGHT_BYTES}},
    {0, 0x45, 0xc4, {NO_OPERAND}}, /* arithmetic */
    {0, 0xd0, 0xd0, {HEAP_TYPE}},  /* ref.null */
    {0, 0xd1, 0xd1, {NO_OPERAND}}, /* ref.is_null */
    {0, 0xd2, 0xd2, {FUNCTION_INDEX}},
    {0, 0xd3, 0xd4, {NO_OPERAND}}, /* ref.eq, ref.as_non_null */
    {0, 0xd5, 0xd6, {LABEL}},      /* br_on_null, br_on_non_null */

    /* garbage collection */
    {0xfb, 0, 1, {TYPE_INDEX}},                          /* struct.new */
    {0xfb, 2, 5, {TYPE_INDEX, OTHER_INDEX}},             /* struct.get, struct.set */
    {0xfb, 6, 7, {TYPE_INDEX}},                          /* array.new */
    {0xfb, 8, 10, {TYPE_INDEX, OTHER_INDEX}},            /* array.new_fixed, _data, _elem */
    {0xfb, 11, 14, {TYPE_INDEX}},                        /* array.get, array.set */
    {0xfb, 15, 15, {NO_OPERAND}},                        /* array.len */
    {0xfb, 16, 16, {TYPE_INDEX}},                        /* array.fill */
    {0xfb, 17, 17, {TYPE_INDEX, TYPE_INDEX}},            /* array.copy */
    {0xfb, 18, 19, {TYPE_INDEX, OTHER_INDEX}},           /* array.init_data, _elem */
    {0xfb, 20, 23, {HEAP_TYPE}},                         /* ref.test, ref.cast */
    {0xfb, 24, 25, {BYTE, LABEL, HEAP_TYPE, HEAP_TYPE}}, /* br_on_cast, br_on_cast_fail */
    {0xfb, 26, 30, {NO_OPERAND}},                        /* conversions, i31 */

    {0xfc, 0, 7, {NO_OPERAND}},                 /* saturating conversions */
    {0xfc, 8, 8, {OTHER_INDEX, OTHER_INDEX}},   /* memory.init */
    {0xfc, 9, 9, {OTHER_INDEX}},                /* data.drop */
    {0xfc, 10, 10, {OTHER_INDEX, OTHER_INDEX}}, /* memory.copy */
    {0xfc, 11, 11, {OTHER_INDEX}},              /* memory.fill */
    {0xfc, 12, 12, {OTHER_INDEX, TABLE_INDEX}}, /* table.init */
    {0xfc, 13, 13, {OTHER_INDEX}},              /* elem.drop */
    {0xfc, 14, 14, {TABLE_INDEX, TABLE_INDEX}}, /* table.copy */
    {0xfc, 15, 17, {TABLE_INDEX}},              /* table.grow, .size, .fill */
    {0xfc, 19, 22, {NO_OPERAND}},               /* wide arithmetic */

    /* SIMD; the gaps are opcodes without a meaning */
    {0xfd, 0x00, 0x0b, {MEMORY_ACCESS}},
    {0xfd, 0x0c, 0x0d, {SIXTEEN_BYTES}}, /* v128.const, i8x16.shuffle */
    {0xfd, 0x0e, 0x14, {NO_OPERAND}},
    {0xfd, 0x15, 0x22, {BYTE}}, /* extract_lane, replace_lane */
    {0xfd, 0x23, 0x53, {NO_OPERAND}},
    {0xfd, 0x54, 0x5b, {MEMORY_ACCESS, BYTE}}, /* load_lane, store_lane */
    {0xfd, 0x5c, 0x5d, {MEMORY_ACCESS}},       /* load_zero */
    {0xfd, 0x5e, 0x99, {NO_OPERAND}},
    {0xfd, 0x9b, 0xa1, {NO_OPERAND}},
    {0xfd, 0xa3, 0xa4, {NO_OPERAND}},
    {0xfd, 0xa7, 0xae, {NO_OPERAND}},
    {0xfd, 0xb1, 0xb1, {NO_OPERAND}},
    {0xfd, 0xb5, 0xba, {NO_OPERAND}},
    {0xfd, 0xbc, 0xc1, {NO_OPERAND}},
    {0xfd, 0xc3, 0xc4, {NO_OPERAND}},
    {0xfd, 0xc7, 0xce, {NO_OPERAND}},
    {0xfd, 0xd1, 0xd1, {NO_OPERAND}},
    {0xfd, 0xd5, 0xe1, {NO_OPERAND}},
    {0xfd, 0xe3, 0xed, {NO_OPERAND}},
    {0xfd, 0xef, 0x113, {NO_OPERAND}}, /* to the last of relaxed SIMD */

    /* threads */
    {0xfe, 0x00, 0x02, {MEMORY_ACCESS}}, /* notify, wait */
    {0xfe, 0x03, 0x03, {BYTE}},          /* atomic.fence */
    {0xfe, 0x10, 0x4e, {MEMORY_ACCESS}},
};

enum { ROWS = sizeof rows / sizeof rows[0], PAGE = 0x120, FIRST_PREFIX = 0xfb, LAST_PREFIX = 0xfe };
_Static_assert(ROWS < 255, "the number of a row, plus 1, fits into a byte");

/* Opcodes without a prefix are in page 0, those with one in the page with its last three bits minus 2. */
static uint32_t page_of(uint8_t prefix) { return prefix == 0 ? 0 : (uint32_t)(prefix - FIRST_PREFIX + 1); }

void coop__prepare_instructions(coop__job *job) {
  job->rows = coop__take(job, (size_t)PAGE * (LAST_PREFIX - FIRST_PREFIX + 2));
  if (job->rows == NULL) return;
  for (unsigned i = 0; i < ROWS; i++) {
    for (unsigned opcode = rows[i].first; opcode <= rows[i].last; opcode++)
      job->rows[page_of(rows[i].prefix) * PAGE + opcode] = (uint8_t)(i + 1);
  }
}

static void read_label(coop__code *code) {
  const uint8_t *at = code->reader.at;
  const uint32_t depth = coop__read_u32(&code->reader);
  coop__label *label = coop__push(code->reader.job, &code->labels, sizeof *label);
  if (label != NULL) *label = (coop__label){at, code->reader.at, depth};
}

static void read_catches(coop__code *code) {
  coop__reader *reader = &code->reader;
  for (uint32_t count = coop__read_count(reader); count > 0 && coop__ok(reader->job); count--) {
    const uint8_t *at = reader->at;
    const uint8_t kind = coop__read_byte(reader); /* catch, catch_ref, catch_all, catch_all_ref */
    if (kind > 3) coop__refuse(reader, at, "a kind of catch clause");
    if (kind < 2) (void)coop__read_u32(reader);
    read_label(code);
  }
}

static void read_memory_access(coop__reader *reader) {
  const uint8_t *at = reader->at;
  const uint32_t alignment = coop__read_u32(reader);
  if (alignment >= 0x80 || (alignment & 0x3f) > 4) coop__refuse(reader, at, "an alignment");
  if (alignment & 0x40) (void)coop__read_u32(reader); /* the memory */
  (void)coop__read_u64(reader);
}

static void read_operand(coop__code *code, operand kind, coop__instruction *instruction) {
  coop__reader *reader = &code->reader;
  switch (kind) {
    case NO_OPERAND:
      break;
    case TYPE_INDEX:
    case FUNCTION_INDEX:
    case TABLE_INDEX:
    case GLOBAL_INDEX:
    case LOCAL_INDEX: {
      const uint32_t index = coop__read_index(reader, code->counts, (coop__space)(kind - 1));
      if (instruction->index == COOP__NONE) instruction->index = index;
      break;
    }
    case OTHER_INDEX:
      (void)coop__read_u32(reader);
      break;
    case LABEL:
      read_label(code);
      break;
    case LABELS:
      for (uint32_t count = coop__read_count(reader); count > 0 && coop__ok(reader->job); count--) read_label(code);
      read_label(code); /* the default */
      break;
    case CATCHES:
      read_catches(code);
      break;
    case BLOCK_TYPE:
      read_block_type(code, instruction);
      break;
    case VALUE_TYPES:
      for (uint32_t count = coop__read_count(reader); count > 0 && coop__ok(reader->job); count--)
        (void)coop__read_value_type(reader, code->counts);
      break;
    case HEAP_TYPE:
      (void)read_heap_type(reader, code->counts);
      break;
    case MEMORY_ACCESS:
      read_memory_access(reader);
      break;
    case BYTE:
      (void)coop__read_byte(reader);
      break;
    case SIGNED_32:
      instruction->constant = (int32_t)coop__read_signed(reader, 32);
      break;
    case SIGNED_64:
      (void)coop__read_signed(reader, 64);
      break;
    case FOUR_BYTES:
      coop__skip(reader, 4);
      break;
    case EIGHT_BYTES:
      coop__skip(reader, 8);
      break;
    case SIXTEEN_BYTES:
      coop__skip(reader, 16);
      break;
  }
}

bool coop__read_instruction(coop__code *code, coop__instruction *instruction) {
  coop__reader *reader = &code->reader;
  const coop__job *job = reader->job;
  code->labels.count = 0;
  *instruction = (coop__instruction){.at = reader->at, .index = COOP__NONE};
  uint32_t opcode = coop__read_byte(reader), page = 0;
  instruction->opcode = opcode;
  if (opcode >= FIRST_PREFIX && opcode <= LAST_PREFIX) {
    page = page_of((uint8_t)opcode);
    const uint32_t prefix = opcode;
    opcode = coop__read_u32(reader);
    instruction->opcode = prefix << 12 | (opcode & 0xfff);
  }
  const uint8_t number = coop__ok(job) && opcode < PAGE ? job->rows[page * PAGE + opcode] : 0;
  if (number == 0) {
    coop__refuse(reader, instruction->at, "an instruction");
    return false;
  }
  const uint8_t *operands = rows[number - 1].operands;
  for (unsigned i = 0; i < sizeof rows[0].operands && operands[i] != NO_OPERAND; i++)
    read_operand(code, (operand)operands[i], instruction);
  return coop__ok(job);
}
