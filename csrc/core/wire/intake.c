#include "core/wire/intake.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/id.h"
#include "data/types.h"

typedef struct {
  size_t start, length; /* in `text` */
  uint32_t row;
  bool is_to;
} stored_key;

typedef struct {
  size_t start, length; /* in `text` */
  uint32_t index, hash;
} stored_types;

struct tether_intake {
  char *from, *to;                               /* object types, NULL: not known yet */
  const tether_object_type *from_type, *to_type; /* NULL: a custom one */
  tether_buffer fixed;                           /* typekey of rows that name none */
  tether_buffer joined;                          /* typekey of the row under way, when it is put together */
  tether_links *links;                           /* NULL: no row yet */
  tether_lines lines;
  tether_buffer text;
  stored_key *keys;
  stored_types *types;
  uint32_t *table; /* hash -> place in `types`, plus one */
  size_t key_count, key_capacity, type_count, type_capacity, table_size, last;
};

static char *copy(const char *text, size_t length) {
  char *made = malloc(length + 1);
  if (!made) return NULL;
  memcpy(made, text, length);
  made[length] = '\0';
  return made;
}

/* Keeps the object types; false: no memory, and none is known. */
static bool know_pair(tether_intake *intake, tether_slice from, tether_slice to) {
  intake->from = copy(from.data, from.length);
  intake->to = copy(to.data, to.length);
  if (!intake->from || !intake->to) {
    free(intake->from);
    free(intake->to);
    intake->from = intake->to = NULL;
    return false;
  }
  intake->from_type = tether_object_type_find(from.data, from.length);
  intake->to_type = tether_object_type_find(to.data, to.length);
  return true;
}

tether_intake *tether_intake_new(const tether_intake_options *options) {
  tether_intake *intake = calloc(1, sizeof *intake);
  if (!intake) return NULL;
  tether_buffer_init(&intake->fixed, TETHER_CEILING_FIELD);
  tether_buffer_init(&intake->joined, 8 * TETHER_CEILING_FIELD);
  tether_buffer_init(&intake->text, TETHER_CEILING_ANSWER);
  bool fine = tether_buffer_add(&intake->fixed, options->types.data, options->types.length, NULL);
  if (fine && options->from && options->to)
    fine = know_pair(intake, (tether_slice){options->from, strlen(options->from)},
                     (tether_slice){options->to, strlen(options->to)});
  if (fine) return intake;
  tether_intake_free(intake);
  return NULL;
}

void tether_intake_free(tether_intake *intake) {
  if (!intake) return;
  tether_links_free(intake->links);
  tether_lines_free(&intake->lines);
  tether_buffer_free(&intake->fixed);
  tether_buffer_free(&intake->joined);
  tether_buffer_free(&intake->text);
  free(intake->from);
  free(intake->to);
  free(intake->keys);
  free(intake->types);
  free(intake->table);
  free(intake);
}

size_t tether_intake_rows(const tether_intake *intake) { return intake->links ? tether_links_count(intake->links) : 0; }

const char *tether_intake_from(const tether_intake *intake) { return intake->from; }

const char *tether_intake_to(const tether_intake *intake) { return intake->to; }

/* -- ends ---------------------------------------------------------------------------------------------------------- */

typedef struct {
  tether_slice type, rest; /* "contacts" and "101" of "contacts:101"; type is empty without a colon */
  int64_t id;              /* 1 when it is a key */
  bool is_key;
} row_end;

static bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Whether text is a property, "=" and a value (as tether.keys reads it). */
static bool is_key(tether_slice text) {
  size_t at = 0;
  while (at < text.length && is_word(text.data[at])) at++;
  if (at == 0 || (text.data[0] >= '0' && text.data[0] <= '9') || text.data[0] == '_') return false;
  tether_slice rest = tether_trim((tether_slice){text.data + at, text.length - at});
  if (rest.length < 2 || rest.data[0] != '=') return false;
  return tether_trim((tether_slice){rest.data + 1, rest.length - 1}).length > 0;
}

static void split_type(tether_slice text, row_end *end) {
  size_t at = 0;
  while (at < text.length && (is_word(text.data[at]) || text.data[at] == '-')) at++;
  *end = (row_end){.type = {text.data, 0}, .rest = text, .id = 1};
  if (at == 0 || at == text.length || text.data[at] != ':') return;
  end->type.length = at;
  end->rest = tether_trim((tether_slice){text.data + at + 1, text.length - at - 1});
}

/* At most 60 bytes of a text, without half a character at the end. */
static int shown(tether_slice text) {
  if (text.length <= 60) return (int)text.length;
  int length = 57;
  while (length > 0 && ((unsigned char)text.data[length] & 0xC0) == 0x80) length--;
  return length;
}

static bool read_end(tether_slice text, const char *side, int64_t line, row_end *end, tether_error *error) {
  split_type(tether_trim(text), end);
  end->is_key = is_key(end->rest);
  if (end->is_key || tether_id_parse(end->rest.data, end->rest.length, &end->id)) return true;
  return tether_fail_at(error, TETHER_BAD_ID, line, "line %lld: %s: not a record id: \"%.*s%s\"", (long long)line, side,
                        shown(text), text.data ? text.data : "", text.length > 60 ? "..." : "");
}

static bool same_type(tether_slice named, const char *known, const tether_object_type *known_type) {
  if (named.length == strlen(known) && strncasecmp(named.data, known, named.length) == 0) return true;
  return known_type && tether_object_type_find(named.data, named.length) == known_type;
}

/* The object types that a row names must be those of the file; the first row may tell them. */
static bool check_pair(tether_intake *intake, const row_end *from, const row_end *to, int64_t line,
                       tether_error *error) {
  if (!intake->from && from->type.length && to->type.length)
    return know_pair(intake, from->type, to->type) ||
           tether_fail_at(error, TETHER_NO_MEMORY, line, "no memory for a row");
  if (!intake->from)
    return tether_fail_at(error, TETHER_BAD_ARGUMENT, line,
                          "line %lld: nothing tells the object types: name them (from and to), or write contacts:101",
                          (long long)line);
  bool same = (!from->type.length || same_type(from->type, intake->from, intake->from_type)) &&
              (!to->type.length || same_type(to->type, intake->to, intake->to_type));
  if (same) return true;
  tether_slice named[2] = {from->type, to->type};
  if (!named[0].length) named[0] = (tether_slice){intake->from, strlen(intake->from)};
  if (!named[1].length) named[1] = (tether_slice){intake->to, strlen(intake->to)};
  return tether_fail_at(error, TETHER_INVALID, line,
                        "line %lld: %.*s to %.*s, and this file is %s to %s: one pair of object types a file",
                        (long long)line, shown(named[0]), named[0].data, shown(named[1]), named[1].data, intake->from,
                        intake->to);
}

/* -- keys and types ------------------------------------------------------------------------------------------------ */

static bool grow(void **data, size_t *capacity, size_t needed, size_t size, tether_error *error) {
  if (needed <= *capacity) return true;
  size_t wanted = *capacity ? *capacity : 16;
  while (wanted < needed) wanted *= 2;
  void *moved = realloc(*data, wanted * size);
  if (!moved) return tether_fail(error, TETHER_NO_MEMORY, "no memory for %zu labels or keys", wanted);
  *data = moved;
  *capacity = wanted;
  return true;
}

static bool keep_text(tether_intake *intake, tether_slice text, size_t *start, tether_error *error) {
  *start = intake->text.length;
  return tether_buffer_add(&intake->text, text.data, text.length, error);
}

static bool keep_key(tether_intake *intake, const row_end *end, bool is_to, tether_error *error) {
  if (!end->is_key) return true;
  size_t start;
  if (!grow((void **)&intake->keys, &intake->key_capacity, intake->key_count + 1, sizeof *intake->keys, error) ||
      !keep_text(intake, end->rest, &start, error))
    return false;
  uint32_t row = (uint32_t)tether_intake_rows(intake);
  intake->keys[intake->key_count++] = (stored_key){start, end->rest.length, row, is_to};
  return true;
}

static uint32_t hash_of(tether_slice text) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < text.length; i++) hash = (hash ^ (unsigned char)text.data[i]) * 16777619u;
  return hash;
}

static bool is_types(const tether_intake *intake, size_t i, tether_slice types) {
  const stored_types *one = &intake->types[i];
  return one->length == types.length && memcmp(intake->text.data + one->start, types.data, types.length) == 0;
}

/* The slot of a list of types, or the empty one where it belongs. */
static uint32_t *slot_of(const tether_intake *intake, tether_slice types, uint32_t hash) {
  size_t at = hash & (intake->table_size - 1);
  while (intake->table[at] &&
         !(intake->types[intake->table[at] - 1].hash == hash && is_types(intake, intake->table[at] - 1, types)))
    at = (at + 1) & (intake->table_size - 1);
  return &intake->table[at];
}

/* Makes the table at least twice as large as what it will hold. */
static bool widen(tether_intake *intake, tether_error *error) {
  if ((intake->type_count + 1) * 2 <= intake->table_size) return true;
  size_t size = intake->table_size ? intake->table_size * 2 : 64;
  uint32_t *table = calloc(size, sizeof *table);
  if (!table) return tether_fail(error, TETHER_NO_MEMORY, "no memory for %zu labels", size);
  free(intake->table);
  intake->table = table;
  intake->table_size = size;
  for (size_t i = 0; i < intake->type_count; i++) {
    size_t at = intake->types[i].hash & (size - 1);
    while (table[at]) at = (at + 1) & (size - 1);
    table[at] = (uint32_t)i + 1;
  }
  return true;
}

static bool new_types(tether_intake *intake, tether_slice types, uint32_t hash, tether_error *error) {
  size_t start;
  uint32_t index;
  if (!widen(intake, error) ||
      !grow((void **)&intake->types, &intake->type_capacity, intake->type_count + 1, sizeof *intake->types, error) ||
      !keep_text(intake, types, &start, error) || !tether_links_reserve(intake->links, &index, error))
    return false;
  *slot_of(intake, types, hash) = (uint32_t)intake->type_count + 1;
  intake->types[intake->type_count++] = (stored_types){start, types.length, index, hash};
  return true;
}

/* What a row is linked by: its own types, or those of rows that name none, and the primary when it says so. */
static bool types_of(tether_intake *intake, const tether_intake_row *row, tether_slice *types, tether_error *error) {
  static const tether_slice primary = {"primary", 7};
  *types = row->types.length ? row->types : (tether_slice){intake->fixed.data, intake->fixed.length};
  if (!row->primary) return true;
  tether_buffer_clear(&intake->joined);
  if (!tether_buffer_add(&intake->joined, types->data, types->length, error) ||
      !tether_typekey_add(&intake->joined, TETHER_ITEM_LABEL, primary, error))
    return false;
  *types = (tether_slice){intake->joined.data, intake->joined.length};
  return true;
}

/* The index of a list of types in the set under way. */
static bool find_types(tether_intake *intake, const tether_intake_row *row, uint32_t *index, tether_error *error) {
  tether_slice types;
  if (!types_of(intake, row, &types, error)) return false;
  *index = 0;
  if (types.length == 0) return true;
  if (intake->type_count == 0 || !is_types(intake, intake->last, types)) { /* rows of one label come in runs */
    uint32_t hash = hash_of(types), found = intake->table_size ? *slot_of(intake, types, hash) : 0;
    if (!found && !new_types(intake, types, hash, error)) return false;
    intake->last = (found ? found : intake->type_count) - 1;
  }
  *index = intake->types[intake->last].index;
  return true;
}

/* -- rows ---------------------------------------------------------------------------------------------------------- */

static bool store(tether_intake *intake, const tether_intake_row *row, const row_end *from, const row_end *to,
                  tether_error *error) {
  uint32_t index;
  size_t keys = intake->key_count;
  if (!intake->links) intake->links = tether_links_new();
  if (!intake->links) return tether_fail(error, TETHER_NO_MEMORY, "no memory for a links set");
  bool fine = find_types(intake, row, &index, error) && keep_key(intake, from, false, error) &&
              keep_key(intake, to, true, error) && tether_lines_add(&intake->lines, row->line, error);
  if (fine && tether_links_add(intake->links, from->id, to->id, index, error)) return true;
  intake->key_count = keys;
  if (fine) intake->lines.count--;
  return false;
}

bool tether_intake_add(tether_intake *intake, const tether_intake_row *row, tether_error *error) {
  row_end from, to;
  return read_end(row->from, "from", row->line, &from, error) && read_end(row->to, "to", row->line, &to, error) &&
         check_pair(intake, &from, &to, row->line, error) && store(intake, row, &from, &to, error);
}

bool tether_intake_key_at(const tether_intake *intake, size_t i, tether_intake_key *key) {
  if (i >= intake->key_count) return false;
  const stored_key *one = &intake->keys[i];
  *key = (tether_intake_key){one->row, one->is_to, {intake->text.data + one->start, one->length}};
  return true;
}

bool tether_intake_types_at(const tether_intake *intake, size_t i, uint32_t *index, tether_slice *types) {
  if (i >= intake->type_count) return false;
  *index = intake->types[i].index;
  *types = (tether_slice){intake->text.data + intake->types[i].start, intake->types[i].length};
  return true;
}

tether_links *tether_intake_take(tether_intake *intake, tether_lines *lines) {
  tether_links *links = intake->links;
  *lines = intake->lines;
  intake->links = NULL;
  tether_lines_init(&intake->lines);
  tether_buffer_clear(&intake->text);
  intake->key_count = intake->type_count = intake->last = 0;
  if (intake->table_size) memset(intake->table, 0, intake->table_size * sizeof *intake->table);
  return links;
}
