/* Buffer: bytes that grow, up to a ceiling; and lists that grow.
 *
 * The owner calls tether_buffer_free; a freed or cleared buffer may be used again. The fields may be read by
 * anybody and written by this room alone. On failure a buffer is as it was before the call. */
#ifndef TETHER_BUFFER_H
#define TETHER_BUFFER_H
#include <string.h>

#include "base/error.h"

/* Ceilings of every buffer that a stranger can make grow, in bytes: one place. */
enum {
  TETHER_CEILING_BODY = 64 << 20,     /* one request body: 2,000 inputs need about 0.4 MB */
  TETHER_CEILING_ANSWER = 512 << 20,  /* one answer: 1,000 records with all their links */
  TETHER_CEILING_DELIVERY = 16 << 20, /* a webhook's body: 100 events with a large property value each */
  TETHER_CEILING_PATH = 8 << 10,
  TETHER_CEILING_FIELD = 1 << 20, /* one CSV field */
  TETHER_CEILING_ROW = 8 << 20    /* all fields of one CSV row */
};

/* Bytes that somebody else owns; not terminated. */
typedef struct tether_slice {
  const char *data;
  size_t length;
} tether_slice;

typedef struct tether_buffer {
  char *data; /* NULL while empty; not terminated */
  size_t length, capacity, ceiling;
} tether_buffer;

void tether_buffer_init(tether_buffer *buffer, size_t ceiling); /* allocates nothing */
void tether_buffer_free(tether_buffer *buffer);
void tether_buffer_clear(tether_buffer *buffer); /* keeps the memory */

/* Removes `count` bytes that begin at `first`. All of them must lie inside the content. */
void tether_buffer_cut(tether_buffer *buffer, size_t first, size_t count);

/* Makes room for `more` bytes behind the content and returns where they start; NULL: NO_MEMORY or TOO_LARGE. */
char *tether_buffer_room(tether_buffer *buffer, size_t more, tether_error *error);

/* The slow way of tether_buffer_add, which makes room first. */
bool tether_buffer_add_growing(tether_buffer *buffer, const void *data, size_t length, tether_error *error);

/* Copies bytes behind the content. False: NO_MEMORY, TOO_LARGE. Inline, since most of the time there is room. */
static inline bool tether_buffer_add(tether_buffer *buffer, const void *data, size_t length, tether_error *error) {
  if (length == 0 || length > buffer->capacity - buffer->length)
    return tether_buffer_add_growing(buffer, data, length, error);
  memcpy(buffer->data + buffer->length, data, length);
  buffer->length += length;
  return true;
}

/* The same for a text that ends with a NUL, which is not copied. */
static inline bool tether_buffer_text(tether_buffer *buffer, const char *text, tether_error *error) {
  return tether_buffer_add(buffer, text, strlen(text), error);
}

/* Appends the decimal digits of a record id, > 0. False: NO_MEMORY, TOO_LARGE. */
bool tether_buffer_id(tether_buffer *buffer, int64_t id, tether_error *error);

/* Appends what printf would print. False: NO_MEMORY, TOO_LARGE, BAD_ARGUMENT (a format that printf refuses). */
__attribute__((format(printf, 3, 4))) bool tether_buffer_format(tether_buffer *buffer, tether_error *error,
                                                                const char *format, ...);

/* -- lists --------------------------------------------------------------------------------------------------------- */

/* The slow way of tether_grow. */
bool tether_grow_list(void *list, size_t *capacity, size_t needed, size_t size);

/* Makes room in a list for `needed` things of `size` bytes: `list` is the address of the pointer to its first one, or
 * to NULL, and `capacity` counts things. It doubles, so that adding one by one is cheap. False: no memory; the list is
 * as before. Inline, since most of the time there is room. */
static inline bool tether_grow(void *list, size_t *capacity, size_t needed, size_t size) {
  return needed <= *capacity || tether_grow_list(list, capacity, needed, size);
}
#endif
