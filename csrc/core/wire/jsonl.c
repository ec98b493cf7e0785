#include "core/wire/jsonl.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "core/wire/json.h"
#include "core/wire/labelcell.h"

typedef struct {
  size_t start, length; /* in `text` */
  bool given;
} part;

struct tether_jsonl {
  tether_buffer input; /* bytes as they came; those before `at` are read, those before `seen` have no line break */
  size_t at, seen;
  bool begun, finished, ended, skipping; /* skipping: the rest of a line that is too long */
  int64_t line;                          /* of the byte at `at` */
  char *from, *to, *primary, *label;     /* one allocation, which begins at `from`; label may be NULL */
  tether_buffer text, types;             /* of the row that was given last */
};

static char *copy_name(char **at, const char *name) {
  size_t length = strlen(name) + 1;
  char *start = memcpy(*at, name, length);
  *at += length;
  return start;
}

tether_jsonl *tether_jsonl_new(const tether_jsonl_names *names) {
  const char *from = names->from ? names->from : "from", *to = names->to ? names->to : "to";
  const char *primary = names->primary ? names->primary : "primary";
  tether_jsonl *jsonl = calloc(1, sizeof *jsonl);
  char *room = malloc(strlen(from) + strlen(to) + strlen(primary) + (names->label ? strlen(names->label) : 0) + 4);
  if (!jsonl || !room) {
    free(jsonl);
    free(room);
    return NULL;
  }
  jsonl->from = copy_name(&room, from);
  jsonl->to = copy_name(&room, to);
  jsonl->primary = copy_name(&room, primary);
  if (names->label) jsonl->label = copy_name(&room, names->label);
  tether_buffer_init(&jsonl->input, TETHER_CEILING_BODY);
  tether_buffer_init(&jsonl->text, 4 * TETHER_JSONL_LINE); /* an escape may become longer: U+FFFD */
  tether_buffer_init(&jsonl->types, 4 * TETHER_JSONL_LINE);
  jsonl->line = 1;
  return jsonl;
}

void tether_jsonl_free(tether_jsonl *jsonl) {
  if (!jsonl) return;
  tether_buffer_free(&jsonl->input);
  tether_buffer_free(&jsonl->text);
  tether_buffer_free(&jsonl->types);
  free(jsonl->from);
  free(jsonl);
}

bool tether_jsonl_feed(tether_jsonl *jsonl, const char *data, size_t length, tether_error *error) {
  if (jsonl->finished) return tether_fail(error, TETHER_BAD_ARGUMENT, "this reader is finished: nothing can be fed");
  if (jsonl->ended) return true; /* nobody will read it */
  if (jsonl->at) {
    memmove(jsonl->input.data, jsonl->input.data + jsonl->at, jsonl->input.length - jsonl->at);
    jsonl->input.length -= jsonl->at;
    jsonl->seen -= jsonl->at;
    jsonl->at = 0;
  }
  return tether_buffer_add(&jsonl->input, data, length, error);
}

void tether_jsonl_finish(tether_jsonl *jsonl) { jsonl->finished = true; }

/* -- one line ------------------------------------------------------------------------------------------------------ */

static bool fault(const tether_jsonl *jsonl, tether_error *error, const char *what) {
  return tether_fail_at(error, TETHER_JSONL_BROKEN, jsonl->line, "line %lld: %s", (long long)jsonl->line, what);
}

/* A number, or the escaped text of a string, which stands next. */
static bool scalar(tether_json *json, tether_slice *raw) {
  tether_json_kind kind = tether_json_peek(json);
  if (kind == TETHER_JSON_STRING) return tether_json_string(json, raw);
  size_t start = json->at;
  if (kind != TETHER_JSON_NUMBER || !tether_json_skip(json)) return false;
  *raw = (tether_slice){json->data + start, json->at - start};
  return true;
}

/* Appends text without its escapes to `out`, and checks that none of them was a NUL. */
static bool plain(const tether_jsonl *jsonl, tether_slice raw, tether_buffer *out, tether_error *error) {
  size_t start = out->length;
  if (!tether_json_unescape(raw, out, error)) return false;
  size_t length = out->length - start;
  return length == 0 || tether_utf8_bad(out->data + start, length) == length || fault(jsonl, error, "a NUL in a text");
}

static bool read_end(tether_jsonl *jsonl, tether_json *json, part *end, tether_error *error) {
  tether_slice raw = {NULL, 0}, key;
  bool fine = false, first = true;
  if (tether_json_peek(json) == TETHER_JSON_OBJECT && tether_json_enter_object(json)) {
    while (tether_json_key(json, &first, &key)) {
      if (tether_json_is(key, "id"))
        fine = scalar(json, &raw) || (tether_json_skip(json) && fine);
      else
        tether_json_skip(json);
    }
  } else {
    fine = scalar(json, &raw) || (tether_json_skip(json) && false);
  }
  if (json->failed) return true; /* told for the whole line */
  if (!fine) return fault(jsonl, error, "from and to are an id, a key or {\"id\":…}");
  end->start = jsonl->text.length;
  end->given = true;
  bool copied = plain(jsonl, raw, &jsonl->text, error);
  end->length = jsonl->text.length - end->start;
  return copied;
}

/* Adds an item whose text stands escaped in the line. */
static bool add_item(tether_jsonl *jsonl, tether_item_kind kind, tether_slice raw, tether_error *error) {
  size_t start = jsonl->text.length;
  if (!plain(jsonl, raw, &jsonl->text, error)) return false;
  tether_slice text = {jsonl->text.data + start, jsonl->text.length - start};
  if (kind == TETHER_ITEM_LABEL) text = tether_trim(text);
  return text.length == 0 || tether_typekey_add(&jsonl->types, kind, text, error);
}

/* { category, id }, under the names that files and the wire have for them. */
static bool read_spec(tether_jsonl *jsonl, tether_json *json, tether_error *error) {
  tether_slice key, category = {NULL, 0}, id = {NULL, 0};
  bool first = true;
  tether_json_enter_object(json);
  while (tether_json_key(json, &first, &key)) {
    tether_slice *slot =
        tether_json_is(key, "category") || tether_json_is(key, "associationCategory") ? &category
        : tether_json_is(key, "id") || tether_json_is(key, "typeId") || tether_json_is(key, "associationTypeId") ? &id
                                                                                                                 : NULL;
    if (!slot || !scalar(json, slot)) tether_json_skip(json);
  }
  if (json->failed) return true;
  if (!category.data || !id.data || id.length > 10 || category.length > 40 ||
      memchr(category.data, '\\', category.length))
    return fault(jsonl, error, "a type in types is {\"category\":…,\"id\":…}");
  char text[64];
  memcpy(text, category.data, category.length);
  text[category.length] = ':';
  memcpy(text + category.length + 1, id.data, id.length);
  return tether_typekey_add(&jsonl->types, TETHER_ITEM_SPEC, (tether_slice){text, category.length + 1 + id.length},
                            error);
}

/* One label, or one type when `typed`; null is none. */
static bool read_item(tether_jsonl *jsonl, tether_json *json, bool typed, tether_error *error) {
  tether_slice raw;
  switch (tether_json_peek(json)) {
  case TETHER_JSON_STRING:
    return !tether_json_string(json, &raw) || add_item(jsonl, TETHER_ITEM_LABEL, raw, error);
  case TETHER_JSON_NUMBER:
    if (!typed) break;
    return !scalar(json, &raw) || add_item(jsonl, TETHER_ITEM_ID, raw, error);
  case TETHER_JSON_OBJECT:
    if (!typed) break;
    return read_spec(jsonl, json, error);
  case TETHER_JSON_LITERAL:
    if (json->data[json->at] != 'n') break;
    tether_json_skip(json);
    return true;
  default:
    break;
  }
  if (tether_json_peek(json) == TETHER_JSON_END) return tether_json_skip(json) || true; /* broken: told for the line */
  return fault(jsonl, error,
               typed ? "types is a list of type ids, labels and {\"category\":…,\"id\":…}"
                     : "a label is a text, labels a list of texts");
}

/* A text that stands alone may be a word for nothing; in a list it is the label that it says. */
static bool read_alone(tether_jsonl *jsonl, tether_json *json, bool typed, tether_error *error) {
  tether_json ahead = *json;
  tether_slice raw;
  if (typed || tether_json_peek(json) != TETHER_JSON_STRING || !tether_json_string(&ahead, &raw) ||
      !tether_is_nothing(raw))
    return read_item(jsonl, json, typed, error);
  *json = ahead;
  return true;
}

static bool read_items(tether_jsonl *jsonl, tether_json *json, bool typed, tether_error *error) {
  if (tether_json_peek(json) != TETHER_JSON_ARRAY) return read_alone(jsonl, json, typed, error);
  bool first = true;
  tether_json_enter_array(json);
  while (tether_json_element(json, &first))
    if (!read_item(jsonl, json, typed, error)) return false;
  return true;
}

static bool is_label(const tether_jsonl *jsonl, tether_slice key) {
  if (jsonl->label) return tether_json_is(key, jsonl->label);
  return tether_json_is(key, "label") || tether_json_is(key, "labels");
}

/* What stands for the primary: true, false or null, or a text or number that may say the same; others are ignored. */
static void read_primary(tether_json *json, tether_slice *primary) {
  *primary = (tether_slice){NULL, 0};
  if (tether_json_peek(json) != TETHER_JSON_LITERAL) {
    if (!scalar(json, primary)) tether_json_skip(json);
    return;
  }
  size_t start = json->at;
  if (tether_json_skip(json)) *primary = (tether_slice){json->data + start, json->at - start};
}

/* What stands behind one key of the line; false: the line is lost, `error` says why. */
static bool read_field(tether_jsonl *jsonl, tether_json *json, tether_slice key, part ends[2], tether_slice *primary,
                       tether_error *error) {
  if (tether_json_is(key, jsonl->from)) return read_end(jsonl, json, &ends[0], error);
  if (tether_json_is(key, jsonl->to)) return read_end(jsonl, json, &ends[1], error);
  if (is_label(jsonl, key)) return read_items(jsonl, json, false, error);
  if (tether_json_is(key, "types")) return read_items(jsonl, json, true, error);
  if (tether_json_is(key, jsonl->primary))
    read_primary(json, primary);
  else
    tether_json_skip(json);
  return true;
}

static bool not_json(const tether_jsonl *jsonl, const tether_json *json, tether_error *error) {
  if (json->length && json->error.place == 1)
    return fault(jsonl, error, "a JSON object is needed: {\"from\":…,\"to\":…}, one a line");
  return tether_fail_at(error, TETHER_JSONL_BROKEN, jsonl->line, "line %lld: not JSON at byte %lld",
                        (long long)jsonl->line, (long long)json->error.place);
}

static bool read_line(tether_jsonl *jsonl, tether_slice line, tether_jsonl_row *row, tether_error *error) {
  size_t bad = tether_utf8_bad(line.data, line.length);
  if (bad < line.length)
    return tether_fail_at(error, TETHER_JSONL_BROKEN, jsonl->line, "line %lld: byte %zu is not UTF-8, or a NUL",
                          (long long)jsonl->line, bad + 1);
  tether_json json;
  tether_slice key, primary = {NULL, 0};
  part ends[2] = {{0, 0, false}, {0, 0, false}};
  bool first = true;
  tether_buffer_clear(&jsonl->text);
  tether_buffer_clear(&jsonl->types);
  tether_json_init(&json, line.data, line.length);
  tether_json_enter_object(&json);
  while (tether_json_key(&json, &first, &key))
    if (!read_field(jsonl, &json, key, ends, &primary, error)) return false;
  if (!tether_json_finish(&json)) return not_json(jsonl, &json, error);
  if (!ends[0].given || !ends[1].given)
    return tether_fail_at(error, TETHER_JSONL_BROKEN, jsonl->line, "line %lld: no \"%s\" in it", (long long)jsonl->line,
                          ends[0].given ? jsonl->to : jsonl->from);
  const char *text = jsonl->text.data ? jsonl->text.data : "", *types = jsonl->types.data ? jsonl->types.data : "";
  *row = (tether_jsonl_row){{text + ends[0].start, ends[0].length},
                            {text + ends[1].start, ends[1].length},
                            {types, jsonl->types.length},
                            primary,
                            jsonl->line};
  return true;
}

/* -- lines --------------------------------------------------------------------------------------------------------- */

static tether_jsonl_event give(tether_jsonl *jsonl, tether_slice line, tether_jsonl_row *row, tether_error *error) {
  bool fine = read_line(jsonl, line, row, error);
  jsonl->line++;
  if (fine) return TETHER_JSONL_ROW;
  if (error->code == TETHER_JSONL_BROKEN) return TETHER_JSONL_FAULT;
  jsonl->ended = true; /* no memory */
  return TETHER_JSONL_FAILED;
}

static bool is_blank(tether_slice line) {
  for (size_t i = 0; i < line.length; i++)
    if (line.data[i] != ' ' && line.data[i] != '\t' && line.data[i] != '\r') return false;
  return true;
}

/* Finds out what the file is; MORE until that is known, then ROW. */
static tether_jsonl_event begin(tether_jsonl *jsonl, tether_error *error) {
  const char *data = jsonl->input.data;
  size_t length = jsonl->input.length;
  if (length < 3 && !jsonl->finished) return TETHER_JSONL_MORE;
  if (length >= 2 && (memcmp(data, "\xFF\xFE", 2) == 0 || memcmp(data, "\xFE\xFF", 2) == 0)) {
    jsonl->ended = true;
    fault(jsonl, error, "the file is UTF-16; save it as UTF-8");
    return TETHER_JSONL_FAILED;
  }
  if (length >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0) jsonl->at = jsonl->seen = 3;
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

/* The line under way is longer than a line may be: what is read of it goes, and so will its rest. */
static tether_jsonl_event too_long(tether_jsonl *jsonl, bool whole, tether_error *error) {
  tether_fail_at(error, TETHER_JSONL_BROKEN, jsonl->line, "line %lld: longer than %d bytes", (long long)jsonl->line,
                 TETHER_JSONL_LINE);
  if (whole) {
    jsonl->line++;
  } else {
    jsonl->at = jsonl->seen;
    jsonl->skipping = true;
  }
  return TETHER_JSONL_FAULT;
}

tether_jsonl_event tether_jsonl_next(tether_jsonl *jsonl, tether_jsonl_row *row, tether_error *error) {
  *row = (tether_jsonl_row){.line = jsonl->line};
  if (jsonl->ended) return TETHER_JSONL_END;
  if (!jsonl->begun) {
    tether_jsonl_event event = begin(jsonl, error);
    if (event != TETHER_JSONL_ROW) return event;
  }
  tether_slice line;
  while (next_line(jsonl, &line)) {
    if (jsonl->skipping) {
      jsonl->skipping = false;
      jsonl->line++;
    } else if (line.length > TETHER_JSONL_LINE) {
      return too_long(jsonl, true, error);
    } else if (is_blank(line)) {
      jsonl->line++;
    } else {
      return give(jsonl, line, row, error);
    }
  }
  if (jsonl->skipping) jsonl->at = jsonl->seen;
  if (jsonl->seen - jsonl->at > TETHER_JSONL_LINE) return too_long(jsonl, false, error);
  if (!jsonl->finished) return TETHER_JSONL_MORE;
  jsonl->ended = true;
  return TETHER_JSONL_END;
}
