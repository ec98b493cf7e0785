#include "core/text/labelcell.h"

#include <string.h>
#include <strings.h>

#include "core/links/typeset.h"

/* -- words --------------------------------------------------------------------------------------------------------- */

static bool is_among(tether_slice text, const char *const *words, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (text.length == strlen(words[i]) && strncasecmp(text.data, words[i], text.length) == 0) return true;
  return false;
}

bool tether_is_nothing(tether_slice text) {
  static const char *const words[] = {"nan",    "-nan", "none",   "null",    "nil",   "n/a",    "<na>",    "\\n",
                                      "(null)", "#n/a", "#null!", "#value!", "#ref!", "#name?", "#div/0!", "#num!"};
  text = tether_trim(text);
  if (text.length == 0) return true;
  if (text.length == 2 && memcmp(text.data, "NA", 2) == 0) return true; /* R's; other spellings are words of people */
  return is_among(text, words, sizeof words / sizeof *words);
}

bool tether_yes_or_no(tether_slice text, bool *yes) {
  static const char *const of_yes[] = {"true", "yes", "y", "x", "1"}, *const of_no[] = {"false", "no", "n", "0"};
  text = tether_trim(text);
  *yes = is_among(text, of_yes, sizeof of_yes / sizeof *of_yes);
  return *yes || tether_is_nothing(text) || is_among(text, of_no, sizeof of_no / sizeof *of_no);
}

/* Whether a text is a type id as it is written: digits without zeros in front, at most 2^31 - 1. */
static bool is_type_id(tether_slice text) {
  int64_t id = 0;
  if (text.length == 0 || text.length > 10 || text.data[0] == '0') return false;
  for (size_t i = 0; i < text.length; i++) {
    if (text.data[i] < '0' || text.data[i] > '9') return false;
    id = id * 10 + (text.data[i] - '0');
  }
  return id <= INT32_MAX;
}

/* Whether a text is a category, a colon and a type id; `name` is the category as the wire has it. */
static bool is_spec(tether_slice text, const char **name, tether_slice *id) {
  const char *colon = memchr(text.data, ':', text.length);
  if (!colon) return false;
  size_t length = (size_t)(colon - text.data);
  *id = tether_trim((tether_slice){colon + 1, text.length - length - 1});
  for (int i = 0; i < TETHER_CATEGORIES; i++) {
    *name = tether_category_name((tether_category)i);
    if (strlen(*name) == length && strncasecmp(*name, text.data, length) == 0) return is_type_id(*id);
  }
  return false;
}

/* -- reading ------------------------------------------------------------------------------------------------------- */

static bool add_spec(const char *category, tether_slice id, tether_buffer *key, tether_error *error) {
  return tether_typekey_add_spec(key, (tether_slice){category, strlen(category)}, id, error);
}

/* An item without quotes, and without blanks around it. */
static bool add_bare(tether_slice text, tether_buffer *key, tether_error *error) {
  const char *category;
  tether_slice id;
  if (tether_is_nothing(text)) return true;
  if (is_type_id(text)) return tether_typekey_add(key, TETHER_ITEM_ID, text, error);
  if (is_spec(text, &category, &id)) return add_spec(category, id, key, error);
  return tether_typekey_add(key, TETHER_ITEM_LABEL, text, error);
}

static bool ends_item(tether_slice rest, char separator) {
  return rest.length == 0 || (separator && rest.data[0] == separator);
}

/* The length of a text in quotes at the start of `cell`, up to the separator or the end; 0: there is none. */
static size_t quoted_length(tether_slice cell, char separator) {
  if (cell.length < 2 || cell.data[0] != '"') return 0;
  for (size_t i = 1; i < cell.length; i++) {
    if (cell.data[i] != '"') continue;
    if (i + 1 < cell.length && cell.data[i + 1] == '"') {
      i++;
      continue;
    }
    size_t next = i + 1;
    while (next < cell.length && cell.data[next] == ' ') next++;
    return ends_item((tether_slice){cell.data + next, cell.length - next}, separator) ? next : 0;
  }
  return 0;
}

/* A text between quotes, of which those inside are written twice. */
static bool add_quoted(tether_slice quoted, tether_buffer *key, tether_error *error) {
  quoted = tether_trim(quoted);
  size_t most = quoted.length - 2, length = 0;
  if (most == 0) return true;
  char *room = tether_buffer_room(key, most + 2, error);
  if (!room) return false;
  room[length++] = (char)TETHER_ITEM_LABEL;
  for (size_t i = 1; i <= most; i++) {
    room[length++] = quoted.data[i];
    if (quoted.data[i] == '"') i++;
  }
  room[length++] = '\0';
  key->length += length;
  return true;
}

static tether_slice without_blanks_before(tether_slice text) {
  size_t left = tether_trim(text).length;
  if (left == 0) return (tether_slice){text.data + text.length, 0};
  const char *start = tether_trim(text).data;
  return (tether_slice){start, text.length - (size_t)(start - text.data)};
}

bool tether_labelcell_read(tether_slice cell, char separator, tether_buffer *key, tether_error *error) {
  while (cell.length) {
    tether_slice item = without_blanks_before(cell);
    size_t length = quoted_length(item, separator);
    bool fine;
    if (length) {
      fine = add_quoted((tether_slice){item.data, length}, key, error);
    } else {
      const char *end = separator ? memchr(cell.data, separator, cell.length) : NULL;
      item = end ? (tether_slice){cell.data, (size_t)(end - cell.data)} : cell;
      length = item.length;
      fine = add_bare(tether_trim(item), key, error);
    }
    if (!fine) return false;
    size_t read = (size_t)(item.data - cell.data) + length;
    if (read < cell.length) read++; /* the separator */
    cell = (tether_slice){cell.data + read, cell.length - read};
  }
  return true;
}

/* -- writing ------------------------------------------------------------------------------------------------------- */

/* Whether a label would be read as something else without quotes. */
static bool needs_quotes(tether_slice label, char separator) {
  const char *category;
  tether_slice id;
  return tether_is_nothing(label) || tether_trim(label).length != label.length || label.data[0] == '"' ||
         label.data[0] == '\'' || memchr(label.data, separator, label.length) ||
         memchr(label.data, ';', label.length) || is_type_id(label) || is_spec(label, &category, &id);
}

static bool write_quoted(tether_slice label, tether_buffer *out, tether_error *error) {
  bool fine = tether_buffer_add(out, "\"", 1, error);
  for (size_t i = 0; i < label.length && fine; i++)
    fine = tether_buffer_add(out, label.data + i, 1, error) &&
           (label.data[i] != '"' || tether_buffer_add(out, "\"", 1, error));
  return fine && tether_buffer_add(out, "\"", 1, error);
}

bool tether_labelcell_write(tether_slice key, char separator, tether_buffer *out, tether_error *error) {
  tether_item_kind kind;
  tether_slice text;
  const char between[2] = {separator ? separator : ';', ' '};
  for (bool first = true; tether_typekey_next(&key, &kind, &text); first = false) {
    bool quoted = kind == TETHER_ITEM_LABEL && needs_quotes(text, between[0]);
    if (!first && !tether_buffer_add(out, between, 2, error)) return false;
    if (!(quoted ? write_quoted(text, out, error) : tether_buffer_add(out, text.data, text.length, error)))
      return false;
  }
  return true;
}
