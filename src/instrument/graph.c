/*
 * Decides where recursion is checked.
 *
 * The nodes of the call graph are functions and, for indirect calls, classes of signatures. A function leads to the
 * functions that it calls and to the classes that it calls indirectly; a class leads to the functions with its
 * signatures that can be called indirectly.
 *
 * A search, depth first, finds the edges that lead back to a node whose search is not finished. Every cycle has such an
 * edge, so it is enough to check the nodes to which they lead: a function at its start; a class before each call or at
 * the start of each of its functions, whichever are fewer.
 */

#include "internal.h"

enum { NEW = 0, OPEN = 1, FINISHED = 2 };

typedef struct search {
  const coop__module *module;
  uint8_t *state;  /* by node */
  uint32_t *edge;  /* by node: the next edge; for a class, the next function, plus 1 */
  uint32_t *open;  /* the nodes that are open, each called by the one before it */
  uint32_t length; /* how many they are */
} search;

static void begin_node(search *path, uint32_t node) {
  const coop__module *module = path->module;
  const uint32_t functions = module->functions.count;
  path->state[node] = OPEN;
  path->edge[node] = node < functions ? 0 : module->taken[node - functions];
  path->open[path->length++] = node;
}

/* The node at the end of the next edge; COOP__NONE if there is no more. */
static uint32_t next_callee(search *path, uint32_t node) {
  const coop__module *module = path->module;
  uint32_t *edge = &path->edge[node];
  if (node < module->functions.count) {
    const coop__function *function = &coop__functions(module)[node];
    return *edge < function->calls ? ((uint32_t *)module->calls.items)[function->first_call + (*edge)++] : COOP__NONE;
  }
  if (*edge == 0) return COOP__NONE;
  const uint32_t callee = *edge - 1;
  *edge = coop__functions(module)[callee].next_taken;
  return callee;
}

static void list_taken_functions(coop__module *module) {
  for (uint32_t i = module->functions.count; i-- > 0;) {
    coop__function *function = &coop__functions(module)[i];
    if (!function->taken) continue;
    uint32_t *first = &module->taken[coop__class_of(module, function->type)];
    function->next_taken = *first;
    *first = i + 1;
  }
}

/* Checks the functions of a class instead of the calls, if they are fewer. */
static void choose_place(coop__module *module, uint32_t class, const uint32_t *calls) {
  const coop__function *functions = coop__functions(module);
  uint32_t count = 0;
  for (uint32_t next = module->taken[class]; next != 0; next = functions[next - 1].next_taken) count++;
  if (count >= calls[class]) return;
  module->checked[module->functions.count + class] = 0;
  for (uint32_t next = module->taken[class]; next != 0; next = functions[next - 1].next_taken)
    module->checked[next - 1] = next > module->imported_functions; /* an import has no body */
}

static void choose_places(coop__job *job, coop__module *module) {
  const uint32_t functions = module->functions.count, *callees = module->calls.items;
  uint32_t *calls = coop__take(job, module->classes * sizeof *calls);
  if (calls == NULL) return;
  for (uint32_t i = 0; i < module->calls.count; i++) {
    if (callees[i] >= functions) calls[callees[i] - functions]++;
  }
  for (uint32_t class = 0; class < module->classes; class ++) {
    if (module->checked[functions + class]) choose_place(module, class, calls);
  }
}

void coop__break_cycles(coop__job *job, coop__module *module) {
  const uint32_t nodes = module->functions.count + module->classes;
  module->taken = coop__take(job, module->classes * sizeof *module->taken);
  module->checked = coop__take(job, nodes);
  search path = {module, coop__take(job, nodes), coop__take(job, nodes * sizeof(uint32_t)),
                 coop__take(job, nodes * sizeof(uint32_t)), 0};
  if (!coop__ok(job)) return;
  list_taken_functions(module);
  for (uint32_t start = 0; start < nodes; start++) {
    if (path.state[start] != NEW) continue;
    begin_node(&path, start);
    while (path.length > 0) {
      const uint32_t node = path.open[path.length - 1], callee = next_callee(&path, node);
      if (callee == COOP__NONE) {
        path.state[node] = FINISHED;
        path.length--;
      } else if (path.state[callee] == NEW) {
        begin_node(&path, callee);
      } else if (path.state[callee] == OPEN) {
        module->checked[callee] = 1;
      }
    }
  }
  choose_places(job, module);
}

bool coop__checks_calls(const coop__module *module, const coop__function *function) {
  const uint32_t *calls = module->calls.items;
  for (uint32_t i = function->first_call; i < function->first_call + function->calls; i++) {
    if (calls[i] >= module->functions.count && module->checked[calls[i]]) return true;
  }
  return false;
}
