/*
 * Reads the sections of a module, in their order.
 *
 * Of each section only so much is kept as the rewriter needs: the sizes of the index spaces, the types, which functions
 * can be called indirectly, and what the functions contain. Sections that have nothing of that are not read.
 */

#include "internal.h"

#include <string.h>

enum { HEADER_SIZE = 8, LARGEST_LIMIT_FLAGS = 7 };

/* Reads one item of a vector. */
typedef void item_reader(coop__reader *reader, coop__module *module);

static void read_vector(coop__reader *reader, coop__module *module, item_reader *read_item) {
  for (uint32_t count = coop__read_count(reader); count > 0 && coop__ok(reader->job); count--)
    read_item(reader, module);
}

/* ---- types ---- */

static void add_to_signature(uint32_t *signature, uint32_t value) {
  *signature = (*signature ^ value) * 16777619u; /* FNV-1a */
}

/* Reads a vector of value types; returns how many there are. */
static uint32_t read_value_types(coop__reader *reader, const coop__counts *counts, uint32_t *signature) {
  const uint32_t count = coop__read_count(reader);
  for (uint32_t i = 0; i < count && coop__ok(reader->job); i++) {
    const uint8_t code = coop__read_value_type(reader, counts);
    add_to_signature(signature, code >= COOP__V128 ? code : COOP__FUNCREF);
  }
  add_to_signature(signature, 0);
  return count;
}

static void read_field(coop__reader *reader, coop__module *module) {
  const bool packed = reader->at != reader->end && (*reader->at == 0x77 || *reader->at == 0x78); /* i16, i8 */
  if (packed) {
    reader->at++;
  } else {
    (void)coop__read_value_type(reader, &module->counts);
  }
  (void)coop__read_byte(reader); /* mutability */
}

static void read_supertype(coop__reader *reader, coop__module *module) {
  (void)coop__read_index(reader, &module->counts, COOP__TYPES);
}

static void read_type(coop__reader *reader, coop__module *module) {
  coop__type type = {0, 0, 2166136261u};
  const uint8_t *at = reader->at;
  uint8_t form = coop__read_byte(reader);
  if (form == 0x50 || form == 0x4f) { /* sub, sub final */
    read_vector(reader, module, read_supertype);
    at = reader->at;
    form = coop__read_byte(reader);
  }
  if (form == 0x60) {
    type.params = read_value_types(reader, &module->counts, &type.signature);
    type.results = read_value_types(reader, &module->counts, &type.signature);
  } else if (form == 0x5f) { /* struct */
    read_vector(reader, module, read_field);
  } else if (form == 0x5e) { /* array */
    read_field(reader, module);
  } else {
    coop__refuse(reader, at, "a function, struct or array type");
  }
  coop__type *added = coop__push(reader->job, &module->types, sizeof *added);
  if (added != NULL) *added = type;
}

/* A type, or a group of types that may refer to each other. */
static void read_type_group(coop__reader *reader, coop__module *module) {
  if (reader->at == reader->end || *reader->at != 0x4e) {
    read_type(reader, module);
  } else {
    reader->at++;
    read_vector(reader, module, read_type);
  }
}

static void read_types(coop__reader *reader, coop__module *module) {
  /* A type may refer to later ones in its group. So they are counted first, and then read with the right count. */
  coop__reader counted = *reader;
  module->counts.of[COOP__TYPES] = UINT32_MAX;
  read_vector(&counted, module, read_type_group);
  module->counts.of[COOP__TYPES] = module->types.count;
  module->types.count = 0;
  read_vector(reader, module, read_type_group);
  /* Now classes are 1/16 full at most. */
  while (module->classes / 16 < module->types.count && module->classes < 1u << 24) module->classes *= 2;
}

/* ---- what functions, tables, memories, globals and tags are ---- */

static void read_limits(coop__reader *reader) {
  const uint8_t *at = reader->at;
  const uint32_t flags = coop__read_u32(reader); /* 1: has a maximum, 2: is shared, 4: 64-bit */
  if (flags > LARGEST_LIMIT_FLAGS) coop__refuse(reader, at, "the flags of limits");
  (void)coop__read_u64(reader);
  if (flags & 1) (void)coop__read_u64(reader);
}

static void add_table(coop__reader *reader, coop__module *module) {
  (void)coop__read_value_type(reader, &module->counts);
  read_limits(reader);
  module->counts.of[COOP__TABLES]++;
}

static void add_memory(coop__reader *reader, coop__module *module) {
  read_limits(reader);
  module->memories++;
}

static void add_function(coop__reader *reader, coop__module *module) {
  const uint32_t type = coop__read_index(reader, &module->counts, COOP__TYPES);
  coop__function *function = coop__push(reader->job, &module->functions, sizeof *function);
  if (function == NULL) return;
  function->type = type;
  module->counts.of[COOP__FUNCTIONS]++;
}

static void add_global(coop__reader *reader, coop__module *module) {
  coop__saved_global global = {module->counts.of[COOP__GLOBALS], {reader->at, NULL}};
  const uint8_t type = coop__read_value_type(reader, &module->counts);
  global.type.end = reader->at;
  const uint8_t *at = reader->at;
  const uint8_t mutability = coop__read_byte(reader);
  if (mutability > 1) coop__refuse(reader, at, "the mutability of a global");
  if (mutability == 1) {
    if (type == COOP__V128 || type == COOP__EXNREF || type == COOP__NULLEXNREF) {
      module->unsaved++;
    } else {
      coop__saved_global *added = coop__push(reader->job, &module->saved, sizeof *added);
      if (added != NULL) *added = global;
    }
  }
}

static void read_tag(coop__reader *reader, coop__module *module) {
  (void)coop__read_byte(reader); /* its kind: an exception */
  (void)coop__read_index(reader, &module->counts, COOP__TYPES);
}

static void skip_name(coop__reader *reader) { coop__skip(reader, coop__read_u32(reader)); }

static void add_imported_global(coop__reader *reader, coop__module *module) {
  add_global(reader, module);
  module->counts.of[COOP__GLOBALS]++;
}

static void read_import(coop__reader *reader, coop__module *module) {
  static item_reader *const kinds[] = {add_function, add_table, add_memory, add_imported_global, read_tag};
  skip_name(reader);
  skip_name(reader);
  const uint8_t *at = reader->at;
  const uint8_t kind = coop__read_byte(reader);
  if (kind < sizeof kinds / sizeof kinds[0]) {
    kinds[kind](reader, module);
  } else {
    coop__refuse(reader, at, "a kind of import");
  }
  module->imported_functions = module->functions.count;
}

/* ---- functions that can be called indirectly ---- */

static void take_function(coop__reader *reader, coop__module *module) {
  const uint32_t index = coop__read_index(reader, &module->counts, COOP__FUNCTIONS);
  if (coop__ok(reader->job)) coop__functions(module)[index].taken = true;
}

static void read_constant_expression(coop__reader *reader, coop__module *module) {
  coop__code code = {*reader, &module->counts, coop__types(module), {NULL, 0, 0}};
  coop__instruction instruction;
  while (coop__read_instruction(&code, &instruction) && instruction.opcode != COOP__END) {
    if (instruction.opcode == COOP__REF_FUNC) coop__functions(module)[instruction.index].taken = true;
    if (coop__begins_block(instruction.opcode)) coop__refuse(&code.reader, instruction.at, "a constant instruction");
  }
  *reader = code.reader;
}

static void read_table(coop__reader *reader, coop__module *module) {
  const bool initialized = reader->at != reader->end && *reader->at == 0x40;
  if (initialized) coop__skip(reader, 2);
  add_table(reader, module);
  if (initialized) read_constant_expression(reader, module);
}

static void read_global(coop__reader *reader, coop__module *module) {
  add_global(reader, module);
  read_constant_expression(reader, module);
  module->counts.of[COOP__GLOBALS]++;
}

static void read_segment(coop__reader *reader, coop__module *module) {
  enum { NOT_ACTIVE = 1, EXPLICIT = 2, EXPRESSIONS = 4 };
  const uint8_t *at = reader->at;
  const uint32_t flags = coop__read_u32(reader);
  if (flags > 7) coop__refuse(reader, at, "the flags of a segment");
  if ((flags & NOT_ACTIVE) == 0) {
    if (flags & EXPLICIT) (void)coop__read_index(reader, &module->counts, COOP__TABLES);
    read_constant_expression(reader, module); /* the offset */
  }
  if (flags & (NOT_ACTIVE | EXPLICIT)) {
    if (flags & EXPRESSIONS) {
      (void)coop__read_value_type(reader, &module->counts);
    } else {
      (void)coop__read_byte(reader); /* the kind: functions */
    }
  }
  read_vector(reader, module, flags & EXPRESSIONS ? read_constant_expression : take_function);
}

/* ---- exports ---- */

static void read_export(coop__reader *reader, coop__module *module) {
  static const char prefix[] = {'c', 'o', 'o', 'p', ':'};
  const uint32_t length = coop__read_u32(reader);
  const uint8_t *name = reader->at;
  coop__skip(reader, length);
  if (coop__ok(reader->job) && length >= sizeof prefix && memcmp(name, prefix, sizeof prefix) == 0)
    reader->job->status = COOP_INSTRUMENT_INSTRUMENTED;
  switch (coop__read_byte(reader)) {
    case 0:
      take_function(reader, module); /* JavaScript may put it into a table */
      break;
    case 1:
      (void)coop__read_index(reader, &module->counts, COOP__TABLES);
      break;
    case 3:
      (void)coop__read_index(reader, &module->counts, COOP__GLOBALS);
      break;
    default:
      (void)coop__read_u32(reader);
  }
}

/* ---- code ---- */

static void read_body(coop__reader *reader, coop__module *module) {
  const uint8_t *at = reader->at;
  const coop__reader body = coop__read_part(reader, coop__read_u32(reader));
  const uint32_t index = module->imported_functions + module->bodies++;
  if (index >= module->functions.count) coop__refuse(reader, at, "no more bodies than functions");
  if (!coop__ok(reader->job)) return;
  coop__functions(module)[index].body = (coop__range){body.at, body.end};
  coop__scan_function(reader->job, module, index);
}

/* ---- sections ---- */

const uint8_t coop__section_positions[COOP__SECTION_IDS] = {
    [COOP__TYPE_SECTION] = 1,     [COOP__IMPORT_SECTION] = 2,      [COOP__FUNCTION_SECTION] = 3,
    [COOP__TABLE_SECTION] = 4,    [COOP__MEMORY_SECTION] = 5,      [COOP__TAG_SECTION] = 6,
    [COOP__GLOBAL_SECTION] = 7,   [COOP__EXPORT_SECTION] = 8,      [COOP__START_SECTION] = 9,
    [COOP__ELEMENT_SECTION] = 10, [COOP__DATA_COUNT_SECTION] = 11, [COOP__CODE_SECTION] = 12,
    [COOP__DATA_SECTION] = 13,
};

static bool has_prefix(const coop__range *name, const char *prefix, size_t length) {
  return (size_t)(name->end - name->begin) >= length && memcmp(name->begin, prefix, length) == 0;
}

static void read_custom_section(coop__reader *reader, coop__module *module, coop__section *section) {
  static const char metadata[] = "metadata.code.", hints[] = "metadata.code.branch_hint";
  const uint32_t length = coop__read_u32(reader);
  coop__range name = {reader->at, reader->at};
  coop__skip(reader, length);
  if (!coop__ok(reader->job)) return;
  name.end = reader->at;
  section->contents = (coop__range){reader->at, reader->end};
  section->dropped = has_prefix(&name, metadata, sizeof metadata - 1);
  if (length == sizeof hints - 1 && has_prefix(&name, hints, length)) module->hints = section->contents;
}

static void read_start(coop__reader *reader, coop__module *module) {
  (void)coop__read_index(reader, &module->counts, COOP__FUNCTIONS);
}

/* By id: what the items of a section are. NULL: they may be anything. */
static item_reader *const items[COOP__SECTION_IDS] = {
    [COOP__IMPORT_SECTION] = read_import, [COOP__FUNCTION_SECTION] = add_function, [COOP__TABLE_SECTION] = read_table,
    [COOP__MEMORY_SECTION] = add_memory,  [COOP__TAG_SECTION] = read_tag,          [COOP__GLOBAL_SECTION] = read_global,
    [COOP__EXPORT_SECTION] = read_export, [COOP__ELEMENT_SECTION] = read_segment,  [COOP__CODE_SECTION] = read_body,
};

static void read_section(coop__reader *reader, coop__module *module, coop__section *section) {
  if (section->id == COOP__CUSTOM_SECTION) {
    read_custom_section(reader, module, section);
    return; /* the rest may be anything */
  }
  if (section->id == COOP__TYPE_SECTION) {
    read_types(reader, module);
  } else if (section->id == COOP__START_SECTION) {
    read_start(reader, module);
  } else if (items[section->id] != NULL) {
    read_vector(reader, module, items[section->id]);
  } else {
    return;
  }
  coop__expect_end(reader);
}

void coop__read_module(coop__job *job, coop__module *module, size_t size) {
  static const uint8_t header[HEADER_SIZE] = {0, 'a', 's', 'm', 1, 0, 0, 0};
  coop__reader reader = {job, job->input, job->input + size};
  for (unsigned i = 0; i < HEADER_SIZE && coop__ok(job); i++) {
    const uint8_t *at = reader.at;
    if (coop__read_byte(&reader) != header[i]) coop__refuse(&reader, at, "the header of a WebAssembly module");
  }
  module->classes = 64;
  uint8_t position = 0;
  while (coop__ok(job) && reader.at != reader.end) {
    coop__section section = {.whole = {reader.at, NULL}};
    section.id = coop__read_byte(&reader);
    if (section.id >= COOP__SECTION_IDS) coop__refuse(&reader, section.whole.begin, "a section");
    if (section.id != COOP__CUSTOM_SECTION && coop__ok(job)) {
      if (coop__section_positions[section.id] <= position)
        coop__refuse(&reader, section.whole.begin, "a later section");
      position = coop__section_positions[section.id];
    }
    coop__reader contents = coop__read_part(&reader, coop__read_u32(&reader));
    section.whole.end = reader.at;
    section.contents = (coop__range){contents.at, contents.end};
    if (coop__ok(job)) read_section(&contents, module, &section);
    coop__section *added = coop__ok(job) ? coop__push(job, &module->sections, sizeof *added) : NULL;
    if (added != NULL) *added = section;
  }
  if (coop__ok(job) && module->imported_functions + module->bodies != module->functions.count)
    coop__refuse(&reader, reader.end, "as many bodies as functions");
}
