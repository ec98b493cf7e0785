#include "core/http/spares.h"

tether_buffer tether_spares_take(tether_spares *spares, size_t ceiling) {
  tether_buffer buffer;
  tether_buffer_init(&buffer, ceiling);
  if (spares->count) buffer = spares->list[--spares->count];
  buffer.ceiling = ceiling;
  tether_buffer_clear(&buffer);
  return buffer;
}

void tether_spares_keep(tether_spares *spares, tether_buffer *buffer) {
  if (buffer->data && spares->count < TETHER_SPARES) {
    spares->list[spares->count++] = *buffer;
    tether_buffer_init(buffer, buffer->ceiling);
  }
  tether_buffer_free(buffer);
}

void tether_spares_free(tether_spares *spares) {
  while (spares->count) tether_buffer_free(&spares->list[--spares->count]);
}
