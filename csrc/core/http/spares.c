#include "core/http/spares.h"

/* Among buffers of the same size, the one that was kept last is taken: it is still in the processor's cache. */
static size_t place_of(const tether_spares *spares, bool largest) {
  size_t place = spares->count - 1;
  for (size_t i = place; i-- > 0;) {
    size_t capacity = spares->list[i].capacity, best = spares->list[place].capacity;
    if (largest ? capacity > best : capacity < best) place = i;
  }
  return place;
}

static tether_buffer take(tether_spares *spares, bool largest, size_t ceiling) {
  tether_buffer buffer;
  tether_buffer_init(&buffer, ceiling);
  if (spares->count == 0) return buffer;
  size_t place = place_of(spares, largest);
  buffer = spares->list[place];
  memmove(spares->list + place, spares->list + place + 1, (--spares->count - place) * sizeof buffer);
  buffer.ceiling = ceiling;
  tether_buffer_clear(&buffer);
  return buffer;
}

tether_buffer tether_spares_take_small(tether_spares *spares) { return take(spares, false, TETHER_CEILING_BODY); }

tether_buffer tether_spares_take_large(tether_spares *spares) { return take(spares, true, TETHER_CEILING_ANSWER); }

void tether_spares_keep(tether_spares *spares, tether_buffer *buffer) {
  if (buffer->data && buffer->capacity <= TETHER_SPARE_MOST && spares->count < TETHER_SPARES) {
    spares->list[spares->count++] = *buffer;
    tether_buffer_init(buffer, buffer->ceiling);
  }
  tether_buffer_free(buffer);
}

CURL *tether_spares_take_handle(tether_spares *spares) {
  return spares->handle_count ? spares->handles[--spares->handle_count] : curl_easy_init();
}

void tether_spares_keep_handle(tether_spares *spares, CURL *handle) {
  if (spares->handle_count == TETHER_SPARES) {
    curl_easy_cleanup(handle);
    return;
  }
  curl_easy_reset(handle);
  spares->handles[spares->handle_count++] = handle;
}

void tether_spares_free(tether_spares *spares) {
  while (spares->handle_count) curl_easy_cleanup(spares->handles[--spares->handle_count]);
  while (spares->count) tether_buffer_free(&spares->list[--spares->count]);
}
