#include "core/backup/pack.h"

enum { VARINT = 10 }; /* bytes of the longest one */

static size_t put(char *out, uint64_t number) {
  size_t length = 0;
  for (; number >= 0x80; number >>= 7) out[length++] = (char)(number | 0x80);
  out[length++] = (char)number;
  return length;
}

bool tether_varint_add(tether_buffer *bytes, uint64_t number, tether_error *error) {
  char text[VARINT] = {0};
  size_t length = put(text, number);
  return tether_buffer_add(bytes, text, length, error);
}

static inline bool get(const char **at, const char *end, uint64_t *number) {
  uint64_t sum = 0;
  for (int shift = 0; *at < end && shift < 64; shift += 7) {
    uint8_t byte = (uint8_t) * (*at)++;
    sum |= (uint64_t)(byte & 0x7F) << shift;
    if (byte < 0x80) return *number = sum, true;
  }
  return false;
}

bool tether_varint_read(tether_slice bytes, size_t *at, uint64_t *number) {
  const char *next = bytes.data + *at;
  bool fine = get(&next, bytes.data + bytes.length, number);
  *at = (size_t)(next - bytes.data);
  return fine;
}

static uint64_t zigzag(int64_t value) { return ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0); }
static int64_t unzigzag(uint64_t value) { return (int64_t)(value >> 1) ^ -(int64_t)(value & 1); }

bool tether_links_pack(const tether_links *links, size_t first, size_t count, const uint32_t *types,
                       tether_buffer *bytes, tether_error *error) {
  tether_view view = tether_links_view(links);
  if (!tether_varint_add(bytes, count, error)) return false;
  int64_t from = 0, to = 0;
  for (size_t i = first; i < first + count; i++) {
    char text[3 * VARINT] = {0};
    size_t length = put(text, (uint64_t)(view.from[i] - from));
    length += put(text + length, view.from[i] == from ? (uint64_t)(view.to[i] - to) : zigzag(view.to[i] - to));
    length += put(text + length, types[view.types[i]]);
    if (!tether_buffer_add(bytes, text, length, error)) return false;
    from = view.from[i];
    to = view.to[i];
  }
  return true;
}

static bool broken(tether_error *error) {
  return tether_fail(error, TETHER_FILE_BROKEN, "its links are no links: somebody has changed it");
}

/* Ids are stored as differences to the row before. A sum outside 1 … INT64_MAX is no id, and the row is broken. */
static bool next_row(const char **at, const char *end, tether_link *row, size_t sets) {
  uint64_t from, to, types;
  if (!get(at, end, &from) || !get(at, end, &to) || !get(at, end, &types) || types >= sets) return false;
  if (from > (uint64_t)(INT64_MAX - row->from)) return false;
  int64_t next = 0;
  bool fits = from == 0 ? to <= INT64_MAX && !__builtin_add_overflow(row->to, (int64_t)to, &next)
                        : !__builtin_add_overflow(row->to, unzigzag(to), &next);
  *row = (tether_link){row->from + (int64_t)from, fits ? next : 0, (uint32_t)types};
  return fits && row->from > 0 && row->to > 0;
}

static bool is_after(const tether_link *row, const tether_link *last) {
  return row->from > last->from || (row->from == last->from && row->to > last->to);
}

bool tether_links_unpack(tether_slice bytes, tether_links *links, tether_link *last, tether_error *error) {
  const char *at = bytes.data, *end = bytes.data + bytes.length;
  size_t sets = tether_typesets_count(tether_links_sets(links));
  tether_link row = {0};
  uint64_t count;
  if (!get(&at, end, &count) || count > bytes.length) return broken(error);
  for (uint64_t i = 0; i < count; i++) {
    if (!next_row(&at, end, &row, sets) || !is_after(&row, last)) return broken(error);
    if (!tether_links_add(links, row.from, row.to, row.types, error)) return false;
    *last = row;
  }
  return at == end || broken(error);
}
