/* Any bytes, whole and in pieces, read the same: the same rows, faults, lines and texts. `make fuzz` runs it. */
#include "core/files/csv.h"
#include "digest.h"

#include <stdlib.h>
#include <string.h>

static uint64_t digest(const char *data, size_t length, size_t piece) {
  tether_csv *csv = tether_csv_new();
  tether_csv_row row;
  tether_error error;
  uint64_t sum = DIGEST_START;
  for (size_t at = 0; csv;) {
    tether_csv_event event = tether_csv_next(csv, &row, &error);
    if (event == TETHER_CSV_END) break;
    if (event == TETHER_CSV_MORE && at == length) {
      tether_csv_finish(csv);
    } else if (event == TETHER_CSV_MORE) {
      size_t next = piece < length - at ? piece : length - at;
      if (!tether_csv_feed(csv, data + at, next, &error)) abort();
      at += next;
    } else {
      bool fine = event == TETHER_CSV_ROW;
      sum = digest_add(sum, fine ? &row.line : &error.place, sizeof(int64_t));
      sum = fine ? sum : digest_add(sum, error.text, strlen(error.text));
      for (size_t i = 0; i < row.count; i++) sum = digest_add(sum, row.fields[i].data, row.fields[i].length);
    }
  }
  tether_csv_free(csv);
  return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) { return check_pieces(data, length, digest); }
