#include "core/wire/encode.h"

#include <string.h>

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

static cursor put_pair(cursor at, tether_link link) {
  at = PUT(at, "{\"from\":{\"id\":\"");
  at = put_id(at, link.from);
  at = PUT(at, "\"},\"to\":{\"id\":\"");
  at = put_id(at, link.to);
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

static bool begin(tether_buffer *out, tether_error *error) { return tether_buffer_text(out, "{\"inputs\":[", error); }

static bool end(bool fine, size_t before, tether_buffer *out, tether_error *error) {
  if (fine && tether_buffer_text(out, "]}", error)) return true;
  out->length = before; /* as it was */
  return false;
}

static bool add_row(const tether_links *links, size_t row, bool typed, bool first, tether_buffer *out,
                    tether_error *error) {
  size_t count = 0;
  const tether_spec *types = typed ? tether_links_types(links, row, &count) : NULL;
  if (typed && count == 0)
    return tether_fail_at(error, TETHER_TYPES_EMPTY, (int64_t)row + 1, "row %zu names no association type", row + 1);
  char *start = tether_buffer_room(out, ROW_BYTES + count * TYPE_BYTES, error);
  if (!start) return false;
  cursor at = start;
  if (!first) *at++ = ',';
  at = put_pair(at, tether_links_at(links, row));
  if (typed) at = put_types(at, types, count);
  *at++ = '}';
  out->length += (size_t)(at - start);
  return true;
}

static bool encode(const tether_links *links, tether_rows rows, bool typed, tether_buffer *out, tether_error *error) {
  size_t before = out->length;
  bool fine = begin(out, error);
  for (size_t i = 0; i < rows.count && fine; i++)
    fine = add_row(links, tether_rows_at(rows, i), typed, i == 0, out, error);
  return end(fine, before, out, error);
}

bool tether_encode_typed(const tether_links *links, tether_rows rows, tether_buffer *out, tether_error *error) {
  return encode(links, rows, true, out, error);
}

bool tether_encode_pairs(const tether_links *links, tether_rows rows, tether_buffer *out, tether_error *error) {
  return encode(links, rows, false, out, error);
}

static bool add_id(int64_t id, bool first, tether_buffer *out, tether_error *error) {
  char *start = tether_buffer_room(out, ROW_BYTES, error);
  if (!start) return false;
  cursor at = first ? PUT(start, "{\"id\":\"") : PUT(start, ",{\"id\":\"");
  at = put_id(at, id);
  at = PUT(at, "\"}");
  out->length += (size_t)(at - start);
  return true;
}

bool tether_encode_ids(const tether_links *links, tether_rows rows, tether_buffer *out, tether_error *error) {
  size_t before = out->length;
  bool fine = begin(out, error);
  for (size_t i = 0; i < rows.count && fine; i++)
    fine = add_id(tether_links_at(links, tether_rows_at(rows, i)).from, i == 0, out, error);
  return end(fine, before, out, error);
}

static bool add_archived(const tether_links *links, size_t row, bool first, bool joins, tether_buffer *out,
                         tether_error *error) {
  tether_link link = tether_links_at(links, row);
  char *start = tether_buffer_room(out, ROW_BYTES, error);
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
