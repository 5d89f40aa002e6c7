/* Public functions called from callbacks and hooks, at random: replays test/fuzz/reentrant-corpus, then pseudo-random
   inputs. test/fuzz/fuzz_reentrant.c searches for more, under the sanitizers. */

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>

#include "check.h"
#include "reentrant.h"

enum { INPUT_MAX = 4000 };

TEST(J6_the_inputs_that_were_kept_leave_nothing_behind) {
  DIR *corpus = opendir(REENTRANT_CORPUS_DIR);
  if (!CHECK(corpus != NULL)) return;
  size_t count = 0;
  for (const struct dirent *entry; (entry = readdir(corpus)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    char path[1000];
    snprintf(path, sizeof path, "%s/%s", REENTRANT_CORPUS_DIR, entry->d_name);
    FILE *file = fopen(path, "rb");
    if (!CHECK(file != NULL)) continue;
    unsigned char data[INPUT_MAX + 1];
    const size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    CHECK(size <= INPUT_MAX);
    const unsigned before = check_failures();
    reentrant_input(data, size);
    if (check_failures() != before) printf("  %s\n", path);
    count++;
  }
  closedir(corpus);
  CHECK(count >= 20);
}

/* xorshift32 */
static uint32_t next_random(uint32_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

static void run_random_input(uint32_t seed) {
  uint32_t state = seed * 2654435769u + 1;
  unsigned char data[INPUT_MAX];
  const size_t size = 50 + next_random(&state) % (INPUT_MAX - 50);
  for (size_t i = 0; i < size; i++) data[i] = (unsigned char)(next_random(&state) >> 8);
  reentrant_input(data, size);
}

TEST(J6_every_public_function_may_be_called_from_every_callback) {
  for (uint32_t seed = 1; seed <= 4000; seed++) {
    run_random_input(seed);
    if (check_failures() == 0) continue;
    printf("  input %u\n", (unsigned)seed);
    return;
  }
  for (size_t i = 0; i < reentrant_function_count; i++) {
    const reentrant_function *function = &reentrant_functions[i];
    for (int origin = 0; origin < REENTRANT_ORIGIN_COUNT; origin++) {
      const bool may = function->queries || origin < FROM_FIRST_THAT_QUERIES;
      if (!CHECK((function->calls[origin] != 0) == may))
        printf("  %s from %s: %lu\n", function->name, reentrant_origin_names[origin], function->calls[origin]);
    }
  }
}
