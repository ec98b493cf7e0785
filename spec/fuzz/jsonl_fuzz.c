/* Any bytes, whole and in pieces, read the same: the same rows, faults and lines; and what is a row goes into a links
 * set or is refused. `make fuzz` runs it. */
#include "core/wire/jsonl.h"

#include <stdlib.h>
#include <string.h>

#include "core/wire/intake.h"

static uint64_t mix(uint64_t sum, const void *data, size_t length) {
  for (size_t i = 0; i < length; i++) sum = (sum ^ ((const unsigned char *)data)[i]) * 1099511628211u;
  return (sum ^ length) * 1099511628211u;
}

static uint64_t take_in(tether_intake *intake, const tether_jsonl_row *row, uint64_t sum) {
  tether_error error = {0};
  tether_intake_row one = {row->from, row->to, row->types, row->line, false};
  bool fine = tether_intake_add(intake, &one, &error);
  sum = mix(sum, row->from.data, row->from.length);
  sum = mix(sum, row->to.data, row->to.length);
  sum = mix(sum, row->types.data, row->types.length);
  return mix(sum, fine ? "fine" : error.text, fine ? 4 : strlen(error.text));
}

static uint64_t read_all(const char *data, size_t length, size_t piece) {
  tether_jsonl *jsonl = tether_jsonl_new(&(tether_jsonl_names){NULL, NULL, NULL, NULL});
  tether_intake *intake = tether_intake_new(&(tether_intake_options){NULL, NULL, {"", 0}});
  tether_jsonl_row row;
  tether_error error;
  tether_lines lines;
  uint64_t sum = 14695981039346656037u;
  for (size_t at = 0; jsonl && intake;) {
    tether_jsonl_event event = tether_jsonl_next(jsonl, &row, &error);
    if (event == TETHER_JSONL_END) break;
    if (event == TETHER_JSONL_MORE && at == length) {
      tether_jsonl_finish(jsonl);
    } else if (event == TETHER_JSONL_MORE) {
      size_t next = piece < length - at ? piece : length - at;
      if (!tether_jsonl_feed(jsonl, data + at, next, &error)) abort();
      at += next;
    } else if (event == TETHER_JSONL_ROW) {
      sum = take_in(intake, &row, mix(sum, &row.line, sizeof row.line));
    } else {
      sum = mix(mix(sum, &error.place, sizeof error.place), error.text, strlen(error.text));
    }
  }
  tether_links_free(tether_intake_take(intake, &lines));
  tether_lines_free(&lines);
  tether_intake_free(intake);
  tether_jsonl_free(jsonl);
  return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  if (length == 0) return 0;
  const char *text = (const char *)data + 1; /* the first byte says how large the pieces are */
  if (read_all(text, length - 1, length) != read_all(text, length - 1, 1 + data[0] % 16)) abort();
  return 0;
}
