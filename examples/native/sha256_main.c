/* sha256 FILE...: what sha256sum prints, the files taking turns; each digest is compared with that of one piece. */

#include <stdlib.h>
#include <string.h>

#include "program.h"
#include "sha256.h"

int main(int count, char **arguments) {
  if (count < 2) give_up("sha256", "give it one or more files");
  struct sha256 **works = calloc((size_t)count, sizeof *works);
  if (works == NULL) give_up("sha256", "no memory");
  struct loop loop;
  loop_open(&loop);
  for (int i = 1; i < count; i++) {
    size_t length;
    FILE *file = open_to_read(arguments[i], &length);
    works[i] = sha256_create(length);
    if (works[i] == NULL) give_up(arguments[i], "does not fit into memory");
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
  if (!same) give_up("sha256", "in one piece the digests are others");
}
