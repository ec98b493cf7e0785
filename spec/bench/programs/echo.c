/* echo: a sink that answers each batch with what the batch asked, as one that a client reconciles must be.
 *
 * Prints its port, and serves until it is killed. A create is answered as done, a read with one link for each record.
 * One thread, one answer at a time: its CPU is no part of any figure. */
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buffer.h"

static const char CREATED[] = "{\"fromObjectTypeId\":\"0-1\",\"fromObjectId\":%.*s,\"toObjectTypeId\":\"0-2\","
                              "\"toObjectId\":%.*s,\"labels\":[]}";
static const char LINKED[] = "{\"from\":{\"id\":\"%.*s\"},\"to\":[{\"toObjectId\":1,\"associationTypes\":"
                             "[{\"category\":\"HUBSPOT_DEFINED\",\"typeId\":279,\"label\":null}]}]}";

/* The next id behind `*at`: the digits behind "id":". Length 0: there is none. */
static tether_slice next_id(const char **at, const char *end) {
  static const char key[] = "\"id\":\"";
  const char *found = memmem(*at, (size_t)(end - *at), key, sizeof key - 1);
  if (!found) return (tether_slice){"", 0};
  const char *digits = found + sizeof key - 1, *last = digits;
  while (last < end && *last != '"') last++;
  *at = last;
  return (tether_slice){digits, (size_t)(last - digits)};
}

static void write_results(tether_buffer *out, const tether_buffer *asked, bool is_read) {
  const char *at = asked->data, *end = asked->data + asked->length;
  for (bool first = true;; first = false) {
    tether_slice from = next_id(&at, end), to = is_read ? (tether_slice){"1", 1} : next_id(&at, end);
    if (!from.length || !to.length) return;
    if (!first) tether_buffer_text(out, ",", NULL);
    if (is_read)
      tether_buffer_format(out, NULL, LINKED, (int)from.length, from.data);
    else
      tether_buffer_format(out, NULL, CREATED, (int)from.length, from.data, (int)to.length, to.data);
  }
}

static enum MHD_Result answer(struct MHD_Connection *connection, const char *url, const tether_buffer *asked) {
  size_t length = strlen(url);
  bool is_read = length > 5 && strcmp(url + length - 5, "/read") == 0;
  tether_buffer out;
  tether_buffer_init(&out, TETHER_CEILING_ANSWER);
  tether_buffer_text(&out, "{\"status\":\"COMPLETE\",\"results\":[", NULL);
  if (asked->length) write_results(&out, asked, is_read);
  tether_buffer_text(&out, "],\"startedAt\":\"2026-03-01T10:00:00.000Z\",\"completedAt\":\"2026-03-01T10:00:00.500Z\"}",
                     NULL);
  struct MHD_Response *response = MHD_create_response_from_buffer(out.length, out.data, MHD_RESPMEM_MUST_FREE);
  MHD_add_response_header(response, "Content-Type", "application/json");
  enum MHD_Result queued = MHD_queue_response(connection, is_read ? 200 : 201, response);
  MHD_destroy_response(response);
  return queued;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *data, size_t *size, void **state) {
  (void)context, (void)method, (void)version;
  tether_buffer *asked = *state;
  if (!asked) {
    *state = asked = malloc(sizeof *asked);
    if (!asked) return MHD_NO;
    tether_buffer_init(asked, TETHER_CEILING_BODY);
    return MHD_YES;
  }
  if (*size == 0) return answer(connection, url, asked);
  bool fine = tether_buffer_add(asked, data, *size, NULL);
  *size = 0;
  return fine ? MHD_YES : MHD_NO;
}

static void on_end(void *context, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode why) {
  (void)context, (void)connection, (void)why;
  if (*state) tether_buffer_free(*state);
  free(*state);
  *state = NULL;
}

int main(void) {
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct MHD_Daemon *daemon =
      MHD_start_daemon(MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, on_request, NULL,
                       MHD_OPTION_SOCK_ADDR, &here, MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL, MHD_OPTION_END);
  if (!daemon) return 1;
  printf("%u\n", MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
  fflush(stdout);
  for (;;) pause();
}
