/* Any bytes, as the changes or the results of a batch: they are refused, or what was read is packed and read the same.
 * `make fuzz` runs it. */
#include <stdlib.h>
#include <string.h>

#include "core/job/change.h"

enum { SETS = 300, ROWS = 5000 };

static void read_changes(tether_slice bytes) {
  tether_changes changes = {0}, again = {0};
  tether_buffer packed;
  tether_error error;
  tether_buffer_init(&packed, 1 << 24);
  if (tether_changes_unpack(bytes, SETS, &changes, &error)) {
    if (!tether_changes_pack(changes.list, changes.count, &packed, &error)) abort();
    if (!tether_changes_unpack((tether_slice){packed.data, packed.length}, SETS, &again, &error)) abort();
    if (again.count != changes.count) abort();
    if (again.count && memcmp(again.list, changes.list, again.count * sizeof *again.list) != 0) abort();
  }
  tether_changes_free(&changes);
  tether_changes_free(&again);
  tether_buffer_free(&packed);
}

static void read_results(tether_slice bytes, size_t rows) {
  uint8_t *results = malloc(rows + 1);
  size_t counts[TETHER_RESULTS] = {0}, sum = 0;
  tether_error error;
  if (!results) return;
  bool fine = tether_results_unpack(bytes, results, rows, &error);
  if (fine != tether_results_count(bytes, rows, counts, &error)) abort();
  for (int i = 0; i < TETHER_RESULTS; i++) sum += counts[i];
  if (fine && sum != rows) abort();
  free(results);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  if (length < 2) return 0;
  tether_slice bytes = {(const char *)data + 2, length - 2};
  read_changes(bytes);
  read_results(bytes, (size_t)(data[0] << 8 | data[1]) % ROWS);
  return 0;
}
