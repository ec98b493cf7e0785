#include "core/files/rowset.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

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

struct tether_rowset {
  char *from, *to;                               /* object types */
  const tether_object_type *from_type, *to_type; /* NULL: a custom one */
  tether_links *links;                           /* NULL: no row yet */
  tether_lines lines;
  tether_buffer text;
  stored_key *keys;
  stored_types *types;
  uint32_t *table; /* hash -> place in `types`, plus one */
  size_t key_count, key_capacity, type_count, type_capacity, table_size, last;
};

static char *copy(tether_slice text) {
  char *made = malloc(text.length + 1);
  if (!made) return NULL;
  memcpy(made, text.data, text.length);
  made[text.length] = '\0';
  return made;
}

tether_rowset *tether_rowset_new(tether_slice from, tether_slice to) {
  tether_rowset *set = calloc(1, sizeof *set);
  if (!set) return NULL;
  tether_buffer_init(&set->text, TETHER_CEILING_ANSWER);
  set->from = copy(from);
  set->to = copy(to);
  set->from_type = tether_object_type_find(from.data, from.length);
  set->to_type = tether_object_type_find(to.data, to.length);
  if (set->from && set->to) return set;
  tether_rowset_free(set);
  return NULL;
}

void tether_rowset_free(tether_rowset *set) {
  if (!set) return;
  tether_links_free(set->links);
  tether_lines_free(&set->lines);
  tether_buffer_free(&set->text);
  free(set->from);
  free(set->to);
  free(set->keys);
  free(set->types);
  free(set->table);
  free(set);
}

size_t tether_rowset_rows(const tether_rowset *set) { return set->links ? tether_links_count(set->links) : 0; }

const char *tether_rowset_from(const tether_rowset *set) { return set->from; }

const char *tether_rowset_to(const tether_rowset *set) { return set->to; }

static bool same_type(tether_slice named, const char *known, const tether_object_type *known_type) {
  if (named.length == 0) return true;
  if (named.length == strlen(known) && strncasecmp(named.data, known, named.length) == 0) return true;
  return known_type && tether_object_type_find(named.data, named.length) == known_type;
}

bool tether_rowset_is_of(const tether_rowset *set, tether_slice from, tether_slice to) {
  return same_type(from, set->from, set->from_type) && same_type(to, set->to, set->to_type);
}

/* -- keys and types ------------------------------------------------------------------------------------------------ */

static bool no_memory(const tether_rowset *set, tether_error *error) {
  return tether_fail(error, TETHER_NO_MEMORY, "no memory for %zu labels or keys", set->key_count + set->type_count);
}

static bool keep_text(tether_rowset *set, tether_slice text, size_t *start, tether_error *error) {
  *start = set->text.length;
  return tether_buffer_add(&set->text, text.data, text.length, error);
}

static bool keep_key(tether_rowset *set, const tether_cell *end, bool is_to, tether_error *error) {
  if (end->kind != TETHER_CELL_KEY) return true;
  size_t start = set->text.length;
  if (!tether_grow(&set->keys, &set->key_capacity, set->key_count + 1, sizeof *set->keys)) return no_memory(set, error);
  if (end->property &&
      (!tether_buffer_text(&set->text, end->property, error) || !tether_buffer_add(&set->text, "=", 1, error)))
    return false;
  if (!tether_buffer_add(&set->text, end->text.data, end->text.length, error)) return false;
  size_t length = set->text.length - start;
  set->keys[set->key_count++] = (stored_key){start, length, (uint32_t)tether_rowset_rows(set), is_to};
  return true;
}

static uint32_t hash_of(tether_slice text) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < text.length; i++) hash = (hash ^ (unsigned char)text.data[i]) * 16777619u;
  return hash;
}

static bool is_types(const tether_rowset *set, size_t i, tether_slice types) {
  const stored_types *stored = &set->types[i];
  return stored->length == types.length && memcmp(set->text.data + stored->start, types.data, types.length) == 0;
}

/* The slot of a list of types, or the empty one where it belongs. */
static uint32_t *slot_of(const tether_rowset *set, tether_slice types, uint32_t hash) {
  size_t at = hash & (set->table_size - 1);
  while (set->table[at] && !(set->types[set->table[at] - 1].hash == hash && is_types(set, set->table[at] - 1, types)))
    at = (at + 1) & (set->table_size - 1);
  return &set->table[at];
}

/* Makes the table at least twice as large as what it will hold. */
static bool widen(tether_rowset *set, tether_error *error) {
  if ((set->type_count + 1) * 2 <= set->table_size) return true;
  size_t size = set->table_size ? set->table_size * 2 : 64;
  uint32_t *table = calloc(size, sizeof *table);
  if (!table) return tether_fail(error, TETHER_NO_MEMORY, "no memory for %zu labels", size);
  free(set->table);
  set->table = table;
  set->table_size = size;
  for (size_t i = 0; i < set->type_count; i++) {
    size_t at = set->types[i].hash & (size - 1);
    while (table[at]) at = (at + 1) & (size - 1);
    table[at] = (uint32_t)i + 1;
  }
  return true;
}

static bool new_types(tether_rowset *set, tether_slice types, uint32_t hash, tether_error *error) {
  size_t start;
  uint32_t index;
  if (!widen(set, error)) return false;
  if (!tether_grow(&set->types, &set->type_capacity, set->type_count + 1, sizeof *set->types))
    return no_memory(set, error);
  if (!keep_text(set, types, &start, error) || !tether_links_reserve(set->links, &index, error)) return false;
  *slot_of(set, types, hash) = (uint32_t)set->type_count + 1;
  set->types[set->type_count++] = (stored_types){start, types.length, index, hash};
  return true;
}

/* The index of a list of types in the set under way. */
static bool find_types(tether_rowset *set, tether_slice types, uint32_t *index, tether_error *error) {
  *index = 0;
  if (types.length == 0) return true;
  if (set->type_count == 0 || !is_types(set, set->last, types)) { /* rows of one label come in runs */
    uint32_t hash = hash_of(types), found = set->table_size ? *slot_of(set, types, hash) : 0;
    if (!found && !new_types(set, types, hash, error)) return false;
    set->last = (found ? found : set->type_count) - 1;
  }
  *index = set->types[set->last].index;
  return true;
}

/* -- rows ---------------------------------------------------------------------------------------------------------- */

bool tether_rowset_add_ids(tether_rowset *set, int64_t from, int64_t to, tether_slice types, int64_t line,
                           tether_error *error) {
  uint32_t index;
  if (!set->links) set->links = tether_links_new();
  if (!set->links) return tether_fail(error, TETHER_NO_MEMORY, "no memory for a links set");
  if (!find_types(set, types, &index, error) || !tether_lines_add(&set->lines, line, error)) return false;
  if (tether_links_add(set->links, from, to, index, error)) return true;
  set->lines.count--;
  return false;
}

bool tether_rowset_add(tether_rowset *set, const tether_cell *from, const tether_cell *to, tether_slice types,
                       int64_t line, tether_error *error) {
  size_t keys = set->key_count;
  if (keep_key(set, from, false, error) && keep_key(set, to, true, error) &&
      tether_rowset_add_ids(set, from->id, to->id, types, line, error))
    return true;
  set->key_count = keys;
  return false;
}

bool tether_rowset_key_at(const tether_rowset *set, size_t i, tether_rowset_key *key) {
  if (i >= set->key_count) return false;
  const stored_key *stored = &set->keys[i];
  *key = (tether_rowset_key){stored->row, stored->is_to, {set->text.data + stored->start, stored->length}};
  return true;
}

bool tether_rowset_types_at(const tether_rowset *set, size_t i, uint32_t *index, tether_slice *types) {
  if (i >= set->type_count) return false;
  *index = set->types[i].index;
  *types = (tether_slice){set->text.data + set->types[i].start, set->types[i].length};
  return true;
}

tether_links *tether_rowset_take(tether_rowset *set, tether_lines *lines) {
  tether_links *links = set->links;
  *lines = set->lines;
  set->links = NULL;
  tether_lines_init(&set->lines);
  tether_buffer_clear(&set->text);
  set->key_count = set->type_count = set->last = 0;
  if (set->table_size) memset(set->table, 0, set->table_size * sizeof *set->table);
  return links;
}
