/* Any bytes, whole and in pieces, read the same: the same rows, faults and lines; and what is a row goes into a links
 * set or is refused. `make fuzz` runs it. */
#include "core/files/jsonl.h"

#include <stdlib.h>
#include <string.h>

#include "core/files/intake.h"
#include "digest.h"

/* The roles of the keys that a file of Tether's own has. */
static void name_keys(tether_jsonl *jsonl, tether_slice keys) {
  static const struct {
    const char *key;
    tether_role role;
  } known[] = {
      {"from", TETHER_ROLE_FROM},           {"to", TETHER_ROLE_TO},           {"label", TETHER_ROLE_LABEL},
      {"labels", TETHER_ROLE_LABEL},        {"types", TETHER_ROLE_TYPES},     {"primary", TETHER_ROLE_PRIMARY},
      {"type", TETHER_ROLE_TYPE_NAME},      {"type_id", TETHER_ROLE_TYPE_ID}, {"category", TETHER_ROLE_CATEGORY},
      {"from_type", TETHER_ROLE_FROM_TYPE}, {"to_type", TETHER_ROLE_TO_TYPE}, {"raw", TETHER_ROLE_RAW}};
  tether_error error;
  while (keys.length) {
    size_t length = strlen(keys.data);
    tether_role role = TETHER_ROLE_NONE;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
      if (strcmp(known[i].key, keys.data) == 0) role = known[i].role;
    if (!tether_jsonl_name(jsonl, (tether_slice){keys.data, length}, role, &error)) abort();
    keys = (tether_slice){keys.data + length + 1, keys.length - length - 1};
  }
}

static uint64_t take_in(tether_intake *intake, const tether_jsonl_row *row, uint64_t sum) {
  tether_error error = {0};
  tether_intake_row one = {.end = {row->from, row->to},
                           .type = {row->from_type, row->to_type},
                           .types = row->types,
                           .primary = row->primary,
                           .line = row->line,
                           .last_line = row->line};
  bool fine = tether_intake_add(intake, &one, &error);
  sum = digest_add(sum, row->from.data, row->from.length);
  sum = digest_add(sum, row->to.data, row->to.length);
  sum = digest_add(sum, row->types.data, row->types.length);
  return digest_add(sum, fine ? "fine" : error.text, fine ? 4 : strlen(error.text));
}

static uint64_t read_all(const char *data, size_t length, size_t piece) {
  tether_jsonl *jsonl = tether_jsonl_new();
  tether_intake *intake = tether_intake_new(&(tether_intake_options){.side = {{.split = TETHER_SPLIT_FOUND}}});
  tether_jsonl_row row;
  tether_error error;
  tether_lines lines;
  uint64_t sum = DIGEST_START;
  for (size_t at = 0; jsonl && intake;) {
    tether_jsonl_event event = tether_jsonl_next(jsonl, &row, &error);
    if (event == TETHER_JSONL_END) break;
    if (event == TETHER_JSONL_MORE && at == length) {
      tether_jsonl_finish(jsonl);
    } else if (event == TETHER_JSONL_MORE) {
      size_t next = piece < length - at ? piece : length - at;
      if (!tether_jsonl_feed(jsonl, data + at, next, &error)) abort();
      at += next;
    } else if (event == TETHER_JSONL_KEYS) {
      name_keys(jsonl, row.keys);
    } else if (event == TETHER_JSONL_ROW) {
      sum = take_in(intake, &row, digest_add(sum, &row.line, sizeof row.line));
    } else {
      sum = digest_add(digest_add(sum, &error.place, sizeof error.place), error.text, strlen(error.text));
    }
  }
  tether_rowset *set;
  for (size_t i = 0; (set = tether_intake_set(intake, i)); i++) {
    tether_links_free(tether_rowset_take(set, &lines));
    tether_lines_free(&lines);
  }
  tether_intake_free(intake);
  tether_jsonl_free(jsonl);
  return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) { return check_pieces(data, length, read_all); }
