/* sha256 FILE...: prints what sha256sum prints. The files take turns; each digest is compared with one in one piece. */

#include <stdlib.h>
#include <string.h>

#include "program.h"
#include "sha256.h"

int main(int count, char **arguments) {
  if (count < 2) fail("sha256", "usage: sha256 FILE...");
  struct sha256 **works = calloc((size_t)count, sizeof *works);
  if (works == NULL) fail("sha256", "no memory");
  struct loop loop;
  loop_open(&loop);
  for (int i = 1; i < count; i++) {
    size_t length;
    FILE *file = open_to_read(arguments[i], &length);
    works[i] = sha256_create(length);
    if (works[i] == NULL) fail(arguments[i], "no memory for a file of this size");
    read_all(file, arguments[i], works[i]->data, length);
    sha256_feed(works[i], length);
    coop_task_release(loop_add(&loop, sha256_next, works[i]));
  }
  loop_run(&loop);
  loop_close(&loop);
  bool same = true;
  for (int i = 1; i < count; i++) {
    uint8_t digest[SHA256_SIZE];
    sha256_in_one_piece(works[i]->data, works[i]->length, digest);
    same = same && memcmp(digest, works[i]->digest, SHA256_SIZE) == 0;
    for (int byte = 0; byte < SHA256_SIZE; byte++) printf("%02x", works[i]->digest[byte]);
    printf("  %s\n", arguments[i]);
    sha256_destroy(works[i]);
  }
  free(works);
  if (!same) fail("sha256", "the digests in one piece differ");
}
