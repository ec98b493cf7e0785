/* A stranger's header lines and bodies: read or masked without a fault, and nothing private comes through. `make fuzz`
 * runs it. */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "core/http/date.h"
#include "core/http/hear.h"
#include "core/session/mask.h"

static void mask_all(const char *data, size_t length) {
  tether_buffer out;
  char *path = malloc(length + 2);
  if (!path) return;
  path[0] = '/';
  memcpy(path + 1, data, length);
  path[length + 1] = '\0';
  tether_buffer_init(&out, 1 << 20);
  tether_mask_body(data, length, &out);
  if (out.length && memchr(out.data, '@', out.length) && out.data[0] != '(' &&
      memchr(out.data, '"', out.length) == NULL)
    abort(); /* an address outside of a key */
  tether_buffer_clear(&out);
  tether_mask_path(path, &out);
  if (out.length && (memchr(out.data, '@', out.length) || memchr(out.data, '?', out.length))) abort();
  tether_buffer_free(&out);
  free(path);
}

/* A date of the years 1970 to 9999 is what libcurl says, in whatever form. */
static void compare_dates(const char *data, size_t length) {
  char text[64];
  if (length >= sizeof text) return;
  memcpy(text, data, length);
  text[length] = '\0';
  time_t seconds = curl_getdate(text, NULL);
  bool told = seconds >= 0 && seconds <= INT64_C(253402300799);
  if (tether_date_ms((tether_slice){data, length}) != (told ? (int64_t)seconds * 1000 : -1)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  tether_answer answer = {.ticket = 1};
  tether_hear_nothing(&answer.limits);
  char *line = malloc(length ? length : 1); /* of exactly that size: reading on is found out */
  if (!line) return 0;
  memcpy(line, data, length);
  tether_hear(line, length, &answer);
  if (strlen(answer.correlation_id) >= sizeof answer.correlation_id) abort();
  if (answer.limits.window_most < -1 || answer.limits.retry_after_ms < -1) abort();
  compare_dates(line, length);
  free(line);
  mask_all((const char *)data, length);
  return 0;
}
