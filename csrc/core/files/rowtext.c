#include "core/files/rowtext.h"

static bool add_id(bool exact, int64_t id, tether_buffer *out, tether_error *error) {
  bool quoted = exact && id > (int64_t)1 << 53;
  return (!quoted || tether_buffer_add(out, "\"", 1, error)) && tether_buffer_id(out, id, error) &&
         (!quoted || tether_buffer_add(out, "\"", 1, error));
}

static bool add_slice(tether_slice text, tether_buffer *out, tether_error *error) {
  return tether_buffer_add(out, text.data, text.length, error);
}

bool tether_rowtext_add(const tether_rowtext *shape, const tether_links *links, tether_rows rows, tether_buffer *out,
                        tether_error *error) {
  for (size_t i = 0; i < rows.count; i++) {
    size_t row = tether_rows_at(rows, i);
    tether_link link = tether_links_at(links, row);
    if (link.types >= shape->behind_count || !shape->behind[link.types].data)
      return tether_fail_at(error, TETHER_BAD_ARGUMENT, (int64_t)row + 1, "row %zu: no text for its types", row + 1);
    if (!add_slice(shape->before, out, error) || !add_id(shape->exact, link.from, out, error) ||
        !add_slice(shape->between, out, error) || !add_id(shape->exact, link.to, out, error) ||
        !add_slice(shape->behind[link.types], out, error))
      return false;
  }
  return true;
}
