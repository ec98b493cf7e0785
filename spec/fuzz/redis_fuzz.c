/* Any bytes as the address of a Redis server, as a refusal, and as the answer to a question for permits: read without a
 * fault, and no password comes through. `make fuzz` runs it. */
#include <stdlib.h>
#include <string.h>

#include "core/purse/question.h"
#include "core/redis/fault.h"
#include "core/redis/url.h"

static tether_purse purse; /* large */

static void read_address(const char *text) {
  tether_redis_url url;
  tether_error error = {.text = ""};
  char name[300];
  if (tether_redis_url_read(text, &url, &error)) {
    if (!*url.host == !*url.path || url.port < 1 || url.port > 65535 || url.database < 0) abort();
    tether_redis_url_name(&url, name, sizeof name);
  } else if (error.code != TETHER_BAD_ARGUMENT || !*error.text) {
    abort();
  }
  tether_redis_fault("h:1", text, &error);
}

/* The lines of the text are the texts of an answer. */
static void read_answer(char *text) {
  const char *texts[8] = {NULL};
  size_t count = 0;
  tether_reply reply;
  for (char *line = text; line && count < 8; count++) {
    char *end = strchr(line, '\n');
    if (end) *end++ = '\0';
    texts[count] = line;
    line = end;
  }
  tether_purse_init(&purse);
  if (tether_reply_read(texts, count, &reply) && !reply.stale) tether_reply_grant(&reply, &purse, 1000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  char *text = malloc(length + 1);
  if (!text) return 0;
  memcpy(text, data, length);
  text[length] = '\0';
  read_address(text);
  read_answer(text);
  free(text);
  return 0;
}
