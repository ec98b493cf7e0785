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
