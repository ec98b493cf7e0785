#include "core/files/jsonl.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "core/files/jsonl_state.h"
#include "core/text/blanks.h"

enum { RAW_SHOWN = 64 << 10 }; /* bytes of a lost row that are given back */

tether_jsonl *tether_jsonl_new(void) {
  tether_jsonl *jsonl = calloc(1, sizeof *jsonl);
  if (!jsonl) return NULL;
  tether_buffer_init(&jsonl->input, TETHER_CEILING_BODY);
  tether_buffer_init(&jsonl->text, 4 * TETHER_JSONL_LINE); /* an escape may become longer: U+FFFD */
  tether_buffer_init(&jsonl->types, 4 * TETHER_JSONL_LINE);
  tether_buffer_init(&jsonl->shared, 8 * TETHER_JSONL_LINE);
  tether_buffer_init(&jsonl->names, TETHER_CEILING_ROW);
  jsonl->line = 1;
  return jsonl;
}

void tether_jsonl_free(tether_jsonl *jsonl) {
  if (!jsonl) return;
  tether_buffer_free(&jsonl->input);
  tether_buffer_free(&jsonl->text);
  tether_buffer_free(&jsonl->types);
  tether_buffer_free(&jsonl->shared);
  tether_buffer_free(&jsonl->names);
  free(jsonl->ends[0].list);
  free(jsonl->ends[1].list);
  free(jsonl->keys);
  free(jsonl);
}

bool tether_jsonl_feed(tether_jsonl *jsonl, const char *data, size_t length, tether_error *error) {
  if (jsonl->finished) return tether_fail(error, TETHER_BAD_ARGUMENT, "this reader is finished: nothing can be fed");
  if (jsonl->ended) return true; /* bytes behind the end are not read */
  if (jsonl->row.data) return tether_fail(error, TETHER_BAD_ARGUMENT, "name the key first, and read the row");
  if (jsonl->at && jsonl->begun) {
    memmove(jsonl->input.data, jsonl->input.data + jsonl->at, jsonl->input.length - jsonl->at);
    jsonl->input.length -= jsonl->at;
    jsonl->seen -= jsonl->at;
    jsonl->scan.start -= jsonl->scan.start < jsonl->at ? jsonl->scan.start : jsonl->at;
    jsonl->scan.key -= jsonl->scan.key < jsonl->at ? jsonl->scan.key : jsonl->at;
    jsonl->at = 0;
  }
  return tether_buffer_add(&jsonl->input, data, length, error);
}

void tether_jsonl_finish(tether_jsonl *jsonl) { jsonl->finished = true; }

bool tether_jsonl_name(tether_jsonl *jsonl, tether_slice key, tether_role role, tether_error *error) {
  if (!tether_grow(&jsonl->keys, &jsonl->key_capacity, jsonl->key_count + 1, sizeof *jsonl->keys))
    return tether_fail(error, TETHER_NO_MEMORY, "no memory for %zu keys", jsonl->key_count + 1);
  size_t start = jsonl->names.length;
  if (!tether_buffer_add(&jsonl->names, key.data, key.length, error)) return false;
  jsonl->keys[jsonl->key_count++] = (tether_jsonl_key){start, key.length, role};
  return true;
}

/* -- links of a row ------------------------------------------------------------------------------------------------ */

static tether_slice part(const tether_jsonl *jsonl, const tether_jsonl_part *span) {
  return span->given ? (tether_slice){jsonl->text.data ? jsonl->text.data + span->start : "", span->length}
                     : (tether_slice){NULL, 0};
}

/* The types of a link: those beside its ends, and those of the row. */
static bool join_types(tether_jsonl *jsonl, const tether_jsonl_end *from, const tether_jsonl_end *to,
                       tether_error *error) {
  const char *types = jsonl->types.data;
  tether_buffer_clear(&jsonl->shared);
  return tether_buffer_add(&jsonl->shared, types + jsonl->row_types, jsonl->types.length - jsonl->row_types, error) &&
         tether_buffer_add(&jsonl->shared, types + from->types_start, from->types_length, error) &&
         tether_buffer_add(&jsonl->shared, types + to->types_start, to->types_length, error);
}

/* The next link of the row under way. */
static tether_jsonl_event give(tether_jsonl *jsonl, tether_jsonl_row *row, tether_error *error) {
  size_t i = jsonl->given++, width = jsonl->ends[1].count;
  const tether_jsonl_end *from = &jsonl->ends[0].list[i / width], *to = &jsonl->ends[1].list[i % width];
  const char *text = jsonl->text.data ? jsonl->text.data : "";
  size_t types_length = jsonl->types.length - jsonl->row_types;
  tether_slice types = {types_length ? jsonl->types.data + jsonl->row_types : "", types_length};
  if (from->types_length || to->types_length) {
    if (!join_types(jsonl, from, to, error)) return TETHER_JSONL_FAILED;
    types = (tether_slice){jsonl->shared.data, jsonl->shared.length};
  }
  *row = (tether_jsonl_row){.from = {text + from->start, from->length},
                            .to = {text + to->start, to->length},
                            .from_type = part(jsonl, &jsonl->object_type[0]),
                            .to_type = part(jsonl, &jsonl->object_type[1]),
                            .types = types,
                            .primary = part(jsonl, &jsonl->primary),
                            .line = jsonl->row_line};
  return TETHER_JSONL_ROW;
}

/* Reads the row that was found, and gives its first link. */
static tether_jsonl_event read_row(tether_jsonl *jsonl, tether_jsonl_row *row, tether_error *error) {
  tether_slice whole = jsonl->row;
  jsonl->links = jsonl->given = 0;
  tether_jsonl_result result = tether_jsonl_read(jsonl, &row->keys, error);
  row->line = jsonl->row_line;
  if (result == TETHER_JSONL_NEW_KEY) return TETHER_JSONL_KEYS;
  jsonl->row = (tether_slice){NULL, 0};
  if (result == TETHER_JSONL_FINE) return give(jsonl, row, error);
  if (error->code != TETHER_JSONL_BROKEN) return TETHER_JSONL_FAILED; /* no memory */
  /* A row of a file of failures that has a raw text alone stands for a line that an earlier run could not read. */
  bool stands_for = jsonl->raw.given && !jsonl->ends[0].given && !jsonl->ends[1].given;
  row->raw = stands_for ? part(jsonl, &jsonl->raw) : whole;
  if (row->raw.length > RAW_SHOWN) row->raw.length = RAW_SHOWN;
  return TETHER_JSONL_FAULT;
}

/* -- where rows stand ---------------------------------------------------------------------------------------------- */

static bool is_blank(tether_slice line) {
  for (size_t i = 0; i < line.length; i++)
    if (line.data[i] != ' ' && line.data[i] != '\t' && line.data[i] != '\r' && line.data[i] != 0x1A) return false;
  return true;
}

/* Finds out what the file is; MORE until that is known, then ROW. */
static tether_jsonl_event begin(tether_jsonl *jsonl, tether_error *error) {
  const char *data = jsonl->input.data;
  size_t length = jsonl->input.length;
  if (length < 3 && !jsonl->finished) return TETHER_JSONL_MORE;
  if (length >= 2 && (memcmp(data, "\xFF\xFE", 2) == 0 || memcmp(data, "\xFE\xFF", 2) == 0)) {
    tether_fail_at(error, TETHER_JSONL_BROKEN, 1, "line 1: the file is UTF-16; save it as UTF-8");
    return TETHER_JSONL_FAILED;
  }
  if (!tether_skip_marks((tether_slice){data, length}, jsonl->finished, &jsonl->at)) return TETHER_JSONL_MORE;
  jsonl->seen = jsonl->at;
  if (!tether_jsonl_find_place(jsonl)) return TETHER_JSONL_MORE;
  jsonl->begun = true;
  return TETHER_JSONL_ROW;
}

/* The next line without its break; false: it is not whole yet. */
static bool next_line(tether_jsonl *jsonl, tether_slice *line) {
  const tether_buffer *input = &jsonl->input;
  if (jsonl->at == input->length) return false;
  const char *end = memchr(input->data + jsonl->seen, '\n', input->length - jsonl->seen);
  jsonl->seen = end ? (size_t)(end - input->data) : input->length;
  if (!end && !jsonl->finished) return false;
  *line = (tether_slice){input->data + jsonl->at, jsonl->seen - jsonl->at};
  jsonl->at = jsonl->seen = jsonl->seen + (end ? 1 : 0);
  return true;
}

/* The line under way is longer than a line may be. What was read of it is dropped, and so will be the rest. */
static tether_jsonl_event too_long(tether_jsonl *jsonl, bool whole, tether_jsonl_row *row, tether_error *error) {
  tether_fail_at(error, TETHER_JSONL_BROKEN, jsonl->line, "line %lld: longer than %d bytes", (long long)jsonl->line,
                 TETHER_JSONL_LINE);
  row->line = jsonl->line;
  if (whole) {
    jsonl->line++;
  } else {
    jsonl->at = jsonl->seen;
    jsonl->skipping = true;
  }
  return TETHER_JSONL_FAULT;
}

/* The next row of a file of lines. */
static tether_jsonl_event find_line(tether_jsonl *jsonl, tether_jsonl_row *row, tether_error *error) {
  tether_slice line;
  while (next_line(jsonl, &line)) {
    if (jsonl->skipping) {
      jsonl->skipping = false;
      jsonl->line++;
    } else if (line.length > TETHER_JSONL_LINE) {
      return too_long(jsonl, true, row, error);
    } else if (is_blank(line)) {
      jsonl->line++;
    } else {
      jsonl->row = line;
      jsonl->row_line = jsonl->line++;
      return TETHER_JSONL_ROW;
    }
  }
  if (jsonl->skipping) jsonl->at = jsonl->seen;
  if (jsonl->seen - jsonl->at > TETHER_JSONL_LINE) return too_long(jsonl, false, row, error);
  return jsonl->finished ? TETHER_JSONL_END : TETHER_JSONL_MORE;
}

/* The next row of a file in which rows are found by their braces. */
static tether_jsonl_event find_value(tether_jsonl *jsonl, tether_error *error) {
  if (tether_jsonl_value(jsonl, &jsonl->row)) {
    jsonl->row_line = jsonl->scan.line;
    return TETHER_JSONL_ROW;
  }
  const tether_jsonl_scan *scan = &jsonl->scan;
  bool endless = jsonl->seen - jsonl->at > TETHER_JSONL_LINE;
  if (!endless && !jsonl->finished) return TETHER_JSONL_MORE;
  if (!endless && scan->kind == TETHER_JSONL_BETWEEN && jsonl->place == TETHER_JSONL_TOP) return TETHER_JSONL_END;
  if (scan->kind == TETHER_JSONL_BETWEEN || jsonl->place == TETHER_JSONL_BEHIND)
    tether_fail_at(error, TETHER_JSONL_BROKEN, jsonl->line, "line %lld: the file ends within a list: it is cut",
                   (long long)jsonl->line);
  else
    tether_fail_at(error, TETHER_JSONL_BROKEN, scan->line, "lines %lld to %lld: the value that begins in line %lld %s",
                   (long long)scan->line, (long long)jsonl->line, (long long)scan->line,
                   endless ? "is longer than a row may be, 1,048,576 bytes" : "never ends");
  return TETHER_JSONL_FAILED;
}

static tether_jsonl_event find(tether_jsonl *jsonl, tether_jsonl_row *row, tether_error *error) {
  if (!jsonl->begun) {
    tether_jsonl_event event = begin(jsonl, error);
    if (event != TETHER_JSONL_ROW) return event;
  }
  return jsonl->place == TETHER_JSONL_LINES ? find_line(jsonl, row, error) : find_value(jsonl, error);
}

/* The beginning of a value that never ends. */
static tether_slice unfinished(const tether_jsonl *jsonl) {
  if (jsonl->place == TETHER_JSONL_LINES || jsonl->scan.kind == TETHER_JSONL_BETWEEN) return (tether_slice){NULL, 0};
  size_t length = jsonl->seen - jsonl->at;
  return (tether_slice){jsonl->input.data + jsonl->at, length < RAW_SHOWN ? length : RAW_SHOWN};
}

tether_jsonl_event tether_jsonl_next(tether_jsonl *jsonl, tether_jsonl_row *row, tether_error *error) {
  *row = (tether_jsonl_row){.line = jsonl->line};
  if (jsonl->ended) return TETHER_JSONL_END;
  tether_jsonl_event event = TETHER_JSONL_ROW;
  if (jsonl->given < jsonl->links) {
    event = give(jsonl, row, error);
  } else {
    if (!jsonl->row.data) event = find(jsonl, row, error);
    if (event == TETHER_JSONL_ROW) event = read_row(jsonl, row, error);
  }
  jsonl->ended = event == TETHER_JSONL_FAILED || event == TETHER_JSONL_END;
  if (event == TETHER_JSONL_FAILED) row->raw = unfinished(jsonl);
  return event;
}
