/* Replays the inputs in test/fuzz/corpus. */

#include <dirent.h>
#include <stdio.h>

#include "replay.h"

#ifndef CORPUS_DIR
#define CORPUS_DIR "test/fuzz/corpus"
#endif

TEST(corpus_inputs_keep_the_core_consistent_and_leak_nothing) {
  DIR *corpus = opendir(CORPUS_DIR);
  if (!CHECK(corpus != NULL)) return;
  size_t count = 0;
  for (const struct dirent *entry; (entry = readdir(corpus)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    char path[1000];
    snprintf(path, sizeof path, "%s/%s", CORPUS_DIR, entry->d_name);
    FILE *file = fopen(path, "rb");
    if (!CHECK(file != NULL)) continue;
    unsigned char data[4001];
    const size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    CHECK(size < sizeof data);
    const unsigned before = check_failures();
    replay_input(data, size);
    if (check_failures() != before) printf("  %s\n", path);
    count++;
  }
  closedir(corpus);
  CHECK(count >= 20);
}
