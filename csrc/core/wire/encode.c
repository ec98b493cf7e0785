#include "core/wire/encode.h"

#include <string.h>

#include "base/bytes.h"
#include "base/digits.h"
#include "base/id.h"

/* Bytes that the longest row without its types needs, and one type: room is made once a row, then bytes are stored. */
enum { ROW_BYTES = 96, TYPE_BYTES = 96 };

typedef char *cursor;

static cursor put(cursor at, const char *text, size_t length) {
  memcpy(at, text, length);
  return at + length;
}

#define PUT(at, literal) put((at), literal, sizeof(literal) - 1)

static cursor put_id(cursor at, int64_t id) { return at + tether_id_format(id, at); }

static const char FROM[] = "{\"from\":{\"id\":\"", TO[] = "\"},\"to\":{\"id\":\"";
_Static_assert(sizeof FROM - 1 >= TETHER_DIGITS_OVER && sizeof TO - 1 >= TETHER_DIGITS_OVER, "digits overlap no more");

/* Writes a text and an id behind it. The text is written last, because the digits overlap its end. */
static inline cursor put_behind(cursor at, const char *text, size_t length, int64_t id) {
  cursor digits = at + length;
  size_t count = tether_digits_write_over((uint64_t)id, digits);
  memcpy(at, text, length);
  return digits + count;
}

static inline cursor put_pair(cursor at, int64_t from, int64_t to) {
  at = put_behind(at, FROM, sizeof FROM - 1, from);
  at = put_behind(at, TO, sizeof TO - 1, to);
  return PUT(at, "\"}");
}

static cursor put_types(cursor at, const tether_spec *types, size_t count) {
  at = PUT(at, ",\"types\":[");
  for (size_t i = 0; i < count; i++) {
    const char *category = tether_category_name(types[i].category);
    at = i ? PUT(at, ",{\"associationCategory\":\"") : PUT(at, "{\"associationCategory\":\"");
    at = put(at, category, strlen(category));
    at = PUT(at, "\",\"associationTypeId\":");
    at = put_id(at, types[i].id);
    *at++ = '}';
  }
  *at++ = ']';
  return at;
}

/* Room for one row, mostly without a call. */
static inline char *room(tether_buffer *out, size_t needed, tether_error *error) {
  if (out->capacity - out->length >= needed && out->ceiling - out->length >= needed) return out->data + out->length;
  return tether_buffer_room(out, needed, error);
}

static bool begin(tether_buffer *out, tether_error *error) { return tether_buffer_text(out, "{\"inputs\":[", error); }

static bool end(bool fine, size_t before, tether_buffer *out, tether_error *error) {
  if (fine && tether_buffer_text(out, "]}", error)) return true;
  out->length = before; /* as it was */
  return false;
}

/* -- typed rows and pairs ------------------------------------------------------------------------------------------ */

/* Where the body holds the text of a type set already: the next row with it is a copy. */
typedef struct {
  uint32_t set;
  size_t start, length; /* 0: none */
} written;

enum { WRITTEN = 16 }; /* type sets whose text is remembered: most bodies have a few */

typedef struct {
  tether_view rows;
  const tether_typesets *sets;
  tether_buffer *out;
  written types[WRITTEN]; /* of set i at i % WRITTEN */
} writing;

/* Writes the types of a set which the body does not hold yet, behind `at`, and remembers where. */
static cursor put_new_types(writing *w, cursor at, uint32_t set, const tether_spec *types, size_t count) {
  cursor behind = put_types(at, types, count);
  w->types[set % WRITTEN] = (written){set, (size_t)(at - w->out->data), (size_t)(behind - at)};
  return behind;
}

static bool add_known(writing *w, size_t row, const written *types, bool first, tether_error *error) {
  char *start = room(w->out, ROW_BYTES + types->length + TETHER_BYTES_BLOCK, error);
  if (!start) return false;
  cursor at = start;
  if (!first) *at++ = ',';
  at = put_pair(at, w->rows.from[row], w->rows.to[row]);
  at = tether_bytes_copy(at, w->out->data + types->start, types->length);
  *at++ = '}';
  w->out->length += (size_t)(at - start);
  return true;
}

static bool add_typed(writing *w, size_t row, bool first, tether_error *error) {
  uint32_t set = w->rows.types[row];
  const written *known = &w->types[set % WRITTEN];
  if (known->length && known->set == set) return add_known(w, row, known, first, error);
  size_t count;
  const tether_spec *types = tether_typesets_at(w->sets, set, &count);
  if (count == 0 || tether_typesets_is_reserved(w->sets, set))
    return tether_fail_at(error, TETHER_TYPES_EMPTY, (int64_t)row + 1, "row %zu names no association type", row + 1);
  char *start = room(w->out, ROW_BYTES + count * TYPE_BYTES, error);
  if (!start) return false;
  cursor at = start;
  if (!first) *at++ = ',';
  at = put_pair(at, w->rows.from[row], w->rows.to[row]);
  at = put_new_types(w, at, set, types, count);
  *at++ = '}';
  w->out->length += (size_t)(at - start);
  return true;
}

static bool add_pair(writing *w, size_t row, bool first, tether_error *error) {
  char *start = room(w->out, ROW_BYTES, error);
  if (!start) return false;
  cursor at = start;
  if (!first) *at++ = ',';
  at = put_pair(at, w->rows.from[row], w->rows.to[row]);
  *at++ = '}';
  w->out->length += (size_t)(at - start);
  return true;
}

bool tether_encode_typed(const tether_links *links, tether_rows rows, tether_buffer *out, tether_error *error) {
  writing w = {.rows = tether_links_view(links), .sets = tether_links_sets(links), .out = out};
  size_t before = out->length;
  bool fine = begin(out, error);
  for (size_t i = 0; i < rows.count && fine; i++) fine = add_typed(&w, tether_rows_at(rows, i), i == 0, error);
  return end(fine, before, out, error);
}

bool tether_encode_pairs(const tether_links *links, tether_rows rows, tether_buffer *out, tether_error *error) {
  writing w = {.rows = tether_links_view(links), .out = out};
  size_t before = out->length;
  bool fine = begin(out, error);
  for (size_t i = 0; i < rows.count && fine; i++) fine = add_pair(&w, tether_rows_at(rows, i), i == 0, error);
  return end(fine, before, out, error);
}

/* -- ids and archive ----------------------------------------------------------------------------------------------- */

static const char FIRST_ID[] = "{\"id\":\"", NEXT_ID[] = "\"},{\"id\":\"";
enum { SHORT_ID = 100000 }; /* digits of one below it overlap more than NEXT_ID */

/* Writes an id of batch/read, closing the object of the id before it. */
static inline cursor put_next_id(cursor at, int64_t id) {
  if (id >= SHORT_ID) return put_behind(at, NEXT_ID, sizeof NEXT_ID - 1, id);
  at = PUT(at, NEXT_ID);
  return put_id(at, id);
}

bool tether_encode_ids(const tether_links *links, tether_rows rows, tether_buffer *out, tether_error *error) {
  enum { ID_BYTES = sizeof NEXT_ID - 1 + TETHER_DIGITS_ROOM };
  size_t before = out->length;
  tether_view view = tether_links_view(links);
  cursor start = begin(out, error) ? room(out, (rows.count + 1) * ID_BYTES, error) : NULL, at = start;
  if (start && rows.count) {
    at = put_id(PUT(at, FIRST_ID), view.from[tether_rows_at(rows, 0)]);
    for (size_t i = 1; i < rows.count; i++) at = put_next_id(at, view.from[tether_rows_at(rows, i)]);
    at = PUT(at, "\"}");
  }
  if (start) out->length += (size_t)(at - start);
  return end(start != NULL, before, out, error);
}

static bool add_archived(const tether_links *links, size_t row, bool first, bool joins, tether_buffer *out,
                         tether_error *error) {
  tether_link link = tether_links_at(links, row);
  char *start = room(out, ROW_BYTES, error);
  if (!start) return false;
  cursor at = start;
  if (joins) {
    at = PUT(at, ",{\"id\":\"");
  } else {
    at = first ? PUT(at, "{\"from\":{\"id\":\"") : PUT(at, "]},{\"from\":{\"id\":\"");
    at = put_id(at, link.from);
    at = PUT(at, "\"},\"to\":[{\"id\":\"");
  }
  at = put_id(at, link.to);
  at = PUT(at, "\"}");
  out->length += (size_t)(at - start);
  return true;
}

bool tether_encode_archive(const tether_links *links, tether_rows rows, tether_buffer *out, tether_error *error) {
  size_t before = out->length;
  int64_t from = 0;
  bool fine = begin(out, error);
  for (size_t i = 0; i < rows.count && fine; i++) {
    size_t row = tether_rows_at(rows, i);
    int64_t next = tether_links_at(links, row).from;
    fine = add_archived(links, row, i == 0, next == from, out, error);
    from = next;
  }
  if (rows.count > 0) fine = fine && tether_buffer_text(out, "]}", error);
  return end(fine, before, out, error);
}

size_t tether_encode_archive_fit(const tether_links *links, tether_rows rows, size_t inputs) {
  tether_view view = tether_links_view(links);
  int64_t from = 0;
  size_t count = 0;
  for (; count < rows.count; count++) {
    int64_t next = view.from[tether_rows_at(rows, count)];
    if (next != from && inputs-- == 0) break;
    from = next;
  }
  return count;
}
