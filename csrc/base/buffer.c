#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"

enum {
  FIRST_CAPACITY = 256, /* bytes */
  FIRST_LIST = 16       /* things */
};

void tether_buffer_init(tether_buffer *buffer, size_t ceiling) { *buffer = (tether_buffer){.ceiling = ceiling}; }

void tether_buffer_free(tether_buffer *buffer) {
  free(buffer->data);
  tether_buffer_init(buffer, buffer->ceiling);
}

void tether_buffer_clear(tether_buffer *buffer) { buffer->length = 0; }

void tether_buffer_cut(tether_buffer *buffer, size_t first, size_t count) {
  if (count == 0) return;
  buffer->length -= count;
  memmove(buffer->data + first, buffer->data + first + count, buffer->length - first);
}

char *tether_buffer_room(tether_buffer *buffer, size_t more, tether_error *error) {
  if (more > buffer->ceiling - buffer->length) {
    tether_fail(error, TETHER_TOO_LARGE, "%zu bytes exceed the ceiling of %zu bytes", buffer->length + more,
                buffer->ceiling);
    return NULL;
  }
  size_t needed = buffer->length + more;
  if (needed > buffer->capacity || !buffer->data) {
    size_t capacity = buffer->capacity ? buffer->capacity : FIRST_CAPACITY;
    while (capacity < needed) capacity *= 2; /* needed <= ceiling, far below SIZE_MAX / 2 */
    char *data = realloc(buffer->data, capacity);
    if (!data) {
      tether_fail(error, TETHER_NO_MEMORY, "no memory for %zu bytes", capacity);
      return NULL;
    }
    buffer->data = data;
    buffer->capacity = capacity;
  }
  return buffer->data + buffer->length;
}

bool tether_buffer_add_growing(tether_buffer *buffer, const void *data, size_t length, tether_error *error) {
  if (length == 0) return true;
  char *room = tether_buffer_room(buffer, length, error);
  if (!room) return false;
  memcpy(room, data, length);
  buffer->length += length;
  return true;
}

bool tether_buffer_id(tether_buffer *buffer, int64_t id, tether_error *error) {
  char *room = tether_buffer_room(buffer, TETHER_ID_DIGITS, error);
  if (!room) return false;
  buffer->length += tether_id_format(id, room);
  return true;
}

bool tether_buffer_format(tether_buffer *buffer, tether_error *error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  if (length < 0) return tether_fail(error, TETHER_BAD_ARGUMENT, "cannot format: %s", format);
  char *room = tether_buffer_room(buffer, (size_t)length + 1, error);
  if (!room) return false;
  va_start(arguments, format);
  vsnprintf(room, (size_t)length + 1, format, arguments);
  va_end(arguments);
  buffer->length += (size_t)length;
  return true;
}

bool tether_grow_list(void *list, size_t *capacity, size_t needed, size_t size) {
  size_t wanted = *capacity ? *capacity : FIRST_LIST;
  while (wanted < needed) wanted *= 2;
  void *old;
  memcpy(&old, list, sizeof old); /* a pointer of any type, by its bytes */
  void *things = realloc(old, wanted * size);
  if (!things) return false;
  memcpy(list, &things, sizeof things);
  *capacity = wanted;
  return true;
}
