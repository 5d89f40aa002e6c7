/*
 * Reads the sections of a module, in their order.
 *
 * Of each section only so much is kept as the rewriter needs: the sizes of the index spaces, the types, which functions
 * can be called indirectly, and what the code section contains. Sections in which nothing of that can be (start, memory
 * contents) are not read at all.
 */

#include "internal.h"

#include <string.h>

enum { HEADER_SIZE = 8, LARGEST_LIMIT_FLAGS = 7 };

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

static void read_field(coop__reader *reader, const coop__counts *counts) {
  const bool packed = reader->at != reader->end && (*reader->at == 0x77 || *reader->at == 0x78); /* i16, i8 */
  if (packed) {
    reader->at++;
  } else {
    (void)coop__read_value_type(reader, counts);
  }
  (void)coop__read_byte(reader); /* mutability */
}

static void read_type(coop__reader *reader, coop__module *module, const coop__counts *counts) {
  coop__type type = {0, 0, 2166136261u};
  const uint8_t *at = reader->at;
  uint8_t form = coop__read_byte(reader);
  if (form == 0x50 || form == 0x4f) { /* sub, sub final */
    for (uint32_t count = coop__read_count(reader); count > 0 && coop__ok(reader->job); count--)
      (void)coop__read_index(reader, counts, COOP__TYPES);
    at = reader->at;
    form = coop__read_byte(reader);
  }
  if (form == 0x60) {
    type.params = read_value_types(reader, counts, &type.signature);
    type.results = read_value_types(reader, counts, &type.signature);
  } else if (form == 0x5f) { /* struct */
    for (uint32_t count = coop__read_count(reader); count > 0 && coop__ok(reader->job); count--)
      read_field(reader, counts);
  } else if (form == 0x5e) { /* array */
    read_field(reader, counts);
  } else {
    coop__refuse(reader, at, "a function, struct or array type");
  }
  coop__type *added = coop__push(reader->job, &module->types, sizeof *added);
  if (added != NULL) *added = type;
}

static void read_type_entries(coop__reader reader, coop__module *module, const coop__counts *counts) {
  module->types.count = 0;
  for (uint32_t entries = coop__read_count(&reader); entries > 0 && coop__ok(reader.job); entries--) {
    const bool recursive = reader.at != reader.end && *reader.at == 0x4e;
    if (recursive) reader.at++;
    for (uint32_t count = recursive ? coop__read_count(&reader) : 1; count > 0 && coop__ok(reader.job); count--)
      read_type(&reader, module, counts);
  }
  coop__expect_end(&reader);
}

static void read_types(coop__reader *reader, coop__module *module) {
  /* A type may refer to later ones in its group. So they are counted first, and then read with the right count. */
  module->counts.of[COOP__TYPES] = UINT32_MAX;
  read_type_entries(*reader, module, &module->counts);
  module->counts.of[COOP__TYPES] = module->types.count;
  read_type_entries(*reader, module, &module->counts);
  /* Now classes are 1/16 full at most. */
  module->classes = 64;
  while (module->classes < 16 * (uint64_t)module->types.count && module->classes < (1u << 24)) module->classes *= 2;
  reader->at = reader->end;
}

/* ---- what functions, tables, memories, globals and tags are ---- */

static void read_limits(coop__reader *reader) {
  const uint8_t *at = reader->at;
  const uint32_t flags = coop__read_u32(reader); /* 1: has a maximum, 2: is shared, 4: 64-bit */
  if (flags > LARGEST_LIMIT_FLAGS) coop__refuse(reader, at, "the flags of limits");
  for (uint32_t numbers = flags & 1 ? 2 : 1; numbers > 0; numbers--) {
    /* A size of 64 bits: read as its bytes. */
    for (unsigned i = 0; i < 10 && (coop__read_byte(reader) & 128) != 0; i++) continue;
  }
}

static void read_table_type(coop__reader *reader, const coop__counts *counts) {
  (void)coop__read_value_type(reader, counts);
  read_limits(reader);
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

static void read_tag(coop__reader *reader, const coop__module *module) {
  (void)coop__read_byte(reader); /* its kind: an exception */
  (void)coop__read_index(reader, &module->counts, COOP__TYPES);
}

static void skip_name(coop__reader *reader) { coop__skip(reader, coop__read_u32(reader)); }

static void read_imports(coop__reader *reader, coop__module *module) {
  for (uint32_t count = coop__read_count(reader); count > 0 && coop__ok(reader->job); count--) {
    skip_name(reader);
    skip_name(reader);
    const uint8_t *at = reader->at;
    switch (coop__read_byte(reader)) {
      case 0:
        add_function(reader, module);
        break;
      case 1:
        read_table_type(reader, &module->counts);
        module->counts.of[COOP__TABLES]++;
        break;
      case 2:
        read_limits(reader);
        module->memories++;
        break;
      case 3:
        add_global(reader, module);
        module->counts.of[COOP__GLOBALS]++;
        break;
      case 4:
        read_tag(reader, module);
        break;
      default:
        coop__refuse(reader, at, "a kind of import");
    }
  }
  module->imported_functions = module->functions.count;
}

/* ---- functions that can be called indirectly ---- */

static void take(coop__module *module, uint32_t index) { coop__functions(module)[index].taken = true; }

static void read_constant_expression(coop__reader *reader, coop__module *module) {
  coop__code code = {*reader, &module->counts, coop__types(module), {NULL, 0, 0}};
  coop__instruction instruction;
  while (coop__read_instruction(&code, &instruction) && instruction.opcode != COOP__END) {
    if (instruction.opcode == COOP__REF_FUNC) take(module, instruction.index);
    if (coop__begins_block(instruction.opcode)) coop__refuse(&code.reader, instruction.at, "a constant instruction");
  }
  *reader = code.reader;
}

static void read_tables(coop__reader *reader, coop__module *module) {
  for (uint32_t count = coop__read_count(reader); count > 0 && coop__ok(reader->job); count--) {
    const bool initialized = reader->at != reader->end && *reader->at == 0x40;
    if (initialized) coop__skip(reader, 2);
    read_table_type(reader, &module->counts);
    if (initialized) read_constant_expression(reader, module);
    module->counts.of[COOP__TABLES]++;
  }
}

static void read_globals(coop__reader *reader, coop__module *module) {
  for (uint32_t count = coop__read_count(reader); count > 0 && coop__ok(reader->job); count--) {
    add_global(reader, module);
    read_constant_expression(reader, module);
    module->counts.of[COOP__GLOBALS]++;
  }
}

static void read_elements(coop__reader *reader, coop__module *module) {
  enum { NOT_ACTIVE = 1, EXPLICIT = 2, EXPRESSIONS = 4 };
  for (uint32_t segments = coop__read_count(reader); segments > 0 && coop__ok(reader->job); segments--) {
    const uint8_t *at = reader->at;
    const uint32_t flags = coop__read_u32(reader);
    if (flags > 7) coop__refuse(reader, at, "the flags of a segment");
    if ((flags & NOT_ACTIVE) == 0) {
      if (flags & EXPLICIT) (void)coop__read_index(reader, &module->counts, COOP__TABLES);
      read_constant_expression(reader, module); /* the offset */
    }
    const bool typed = (flags & (NOT_ACTIVE | EXPLICIT)) != 0;
    if (flags & EXPRESSIONS) {
      if (typed) (void)coop__read_value_type(reader, &module->counts);
      for (uint32_t count = coop__read_count(reader); count > 0 && coop__ok(reader->job); count--)
        read_constant_expression(reader, module);
    } else {
      if (typed) (void)coop__read_byte(reader); /* the kind: functions */
      for (uint32_t count = coop__read_count(reader); count > 0 && coop__ok(reader->job); count--) {
        const uint32_t function = coop__read_index(reader, &module->counts, COOP__FUNCTIONS);
        if (coop__ok(reader->job)) take(module, function);
      }
    }
  }
}

/* ---- exports ---- */

static void read_exports(coop__reader *reader, coop__module *module) {
  static const char prefix[] = {'c', 'o', 'o', 'p', ':'};
  for (uint32_t count = coop__read_count(reader); count > 0 && coop__ok(reader->job); count--) {
    const uint32_t length = coop__read_u32(reader);
    const uint8_t *name = reader->at;
    coop__skip(reader, length);
    if (coop__ok(reader->job) && length >= sizeof prefix && memcmp(name, prefix, sizeof prefix) == 0)
      reader->job->status = COOP_INSTRUMENT_INSTRUMENTED;
    switch (coop__read_byte(reader)) {
      case 0: {
        /* JavaScript may put it into a table. */
        const uint32_t function = coop__read_index(reader, &module->counts, COOP__FUNCTIONS);
        if (coop__ok(reader->job)) take(module, function);
        break;
      }
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
}

/* ---- code ---- */

static void read_code(coop__reader *reader, coop__module *module) {
  coop__job *job = reader->job;
  coop__scanner scanner = {{*reader, NULL, NULL, {NULL, 0, 0}}, {NULL, 0, 0}};
  const uint8_t *at = reader->at;
  const uint32_t count = coop__read_count(reader), defined = module->functions.count - module->imported_functions;
  if (count != defined) coop__refuse(reader, at, "as many bodies as functions");
  for (uint32_t i = 0; i < count && coop__ok(job); i++) {
    const coop__reader body = coop__read_part(reader, coop__read_u32(reader));
    const uint32_t index = module->imported_functions + i;
    coop__functions(module)[index].body = (coop__range){body.at, body.end};
    if (coop__ok(job)) coop__scan_function(job, module, &scanner, index);
  }
}

/* ---- sections ---- */

/* Where a section may be, by its id: each at most once, in this order. */
static const uint8_t positions[COOP__SECTION_IDS] = {
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

static void read_section(coop__reader *reader, coop__module *module, coop__section *section) {
  switch (section->id) {
    case COOP__CUSTOM_SECTION:
      read_custom_section(reader, module, section);
      return; /* the rest may be anything */
    case COOP__TYPE_SECTION:
      read_types(reader, module);
      break;
    case COOP__IMPORT_SECTION:
      read_imports(reader, module);
      break;
    case COOP__FUNCTION_SECTION:
      for (uint32_t count = coop__read_count(reader); count > 0 && coop__ok(reader->job); count--)
        add_function(reader, module);
      break;
    case COOP__TABLE_SECTION:
      read_tables(reader, module);
      break;
    case COOP__MEMORY_SECTION:
      for (uint32_t count = coop__read_count(reader); count > 0 && coop__ok(reader->job); count--, module->memories++)
        read_limits(reader);
      break;
    case COOP__TAG_SECTION:
      for (uint32_t count = coop__read_count(reader); count > 0 && coop__ok(reader->job); count--)
        read_tag(reader, module);
      break;
    case COOP__GLOBAL_SECTION:
      read_globals(reader, module);
      break;
    case COOP__EXPORT_SECTION:
      read_exports(reader, module);
      break;
    case COOP__START_SECTION:
      (void)coop__read_index(reader, &module->counts, COOP__FUNCTIONS);
      break;
    case COOP__ELEMENT_SECTION:
      read_elements(reader, module);
      break;
    case COOP__CODE_SECTION:
      read_code(reader, module);
      break;
    default: /* data count, data */
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
      if (positions[section.id] <= position) coop__refuse(&reader, section.whole.begin, "a later section");
      position = positions[section.id];
    }
    coop__reader contents = coop__read_part(&reader, coop__read_u32(&reader));
    section.whole.end = reader.at;
    section.contents = (coop__range){contents.at, contents.end};
    if (coop__ok(job)) read_section(&contents, module, &section);
    coop__section *added = coop__ok(job) ? coop__push(job, &module->sections, sizeof *added) : NULL;
    if (added != NULL) *added = section;
  }
  const uint32_t functions = module->functions.count;
  if (coop__ok(job) && functions > module->imported_functions &&
      coop__functions(module)[functions - 1].body.begin == NULL)
    coop__refuse(&reader, reader.end, "a code section");
}
