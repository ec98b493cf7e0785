#include "portal/server/delivery.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

void portal_pause_init(portal_pause *pause) {
  pthread_mutex_init(&pause->lock, NULL);
  pthread_cond_init(&pause->end, NULL);
  pause->over = false;
}

void portal_pause_end(portal_pause *pause) {
  pthread_mutex_lock(&pause->lock);
  pause->over = true;
  pthread_cond_broadcast(&pause->end);
  pthread_mutex_unlock(&pause->lock);
}

void portal_pause_destroy(portal_pause *pause) {
  pthread_mutex_destroy(&pause->lock);
  pthread_cond_destroy(&pause->end);
}

/* Waits as long as a fault asks, but not longer than the server lives. */
static void wait_ms(portal_pause *pause, int64_t ms) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += ms / 1000;
  until.tv_nsec += ms % 1000 * 1000000;
  until.tv_sec += until.tv_nsec / 1000000000;
  until.tv_nsec %= 1000000000;
  pthread_mutex_lock(&pause->lock);
  while (!pause->over && pthread_cond_timedwait(&pause->end, &pause->lock, &until) == 0) continue;
  pthread_mutex_unlock(&pause->lock);
}

/* Resets the connection instead of closing it: Linux sends a reset when a connected socket is told to forget its peer.
 * */
enum MHD_Result portal_reset_connection(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  struct sockaddr nobody = {.sa_family = AF_UNSPEC};
  if (info) connect(info->connect_fd, &nobody, sizeof nobody);
  return MHD_NO;
}

/* A body that comes in small chunks, or breaks off in its middle. */
typedef struct slow_body {
  portal_pause *pause;
  struct MHD_Connection *connection;
  tether_buffer text;
  portal_effect effect;
} slow_body;

static ssize_t read_slowly(void *cls, uint64_t position, char *out, size_t most) {
  slow_body *body = cls;
  bool breaks = body->effect.reset == PORTAL_RESET_MIDDLE;
  size_t end = breaks ? body->text.length / 2 : body->text.length, left = end - (size_t)position;
  if (left == 0) {
    wait_ms(body->pause, 20); /* so that the first half leaves before the reset */
    portal_reset_connection(body->connection);
    return MHD_CONTENT_READER_END_WITH_ERROR;
  }
  if (body->effect.trickle_ms) {
    wait_ms(body->pause, body->effect.trickle_ms);
    if (left > body->effect.chunk) left = body->effect.chunk;
  }
  if (left > most) left = most;
  memcpy(out, body->text.data + position, left);
  return (ssize_t)left;
}

static void free_slowly(void *cls) {
  slow_body *body = cls;
  tether_buffer_free(&body->text);
  free(body);
}

static struct MHD_Response *slow_response(portal_pause *pause, struct MHD_Connection *connection,
                                          portal_answer *answer) {
  slow_body *body = malloc(sizeof *body);
  if (!body) return NULL;
  size_t length = answer->text.buffer.length;
  *body = (slow_body){.pause = pause, .connection = connection, .text = answer->text.buffer, .effect = answer->effect};
  answer->text.buffer = (tether_buffer){.ceiling = body->text.ceiling};
  return MHD_create_response_from_callback(length, 4096, read_slowly, body, free_slowly);
}

static struct MHD_Response *plain_response(portal_answer *answer) {
  static char nothing[] = "";
  tether_buffer *text = &answer->text.buffer;
  size_t length = text->length;
  struct MHD_Response *response = MHD_create_response_from_buffer(
      length, length ? text->data : nothing, length ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
  if (response && length) *text = (tether_buffer){.ceiling = text->ceiling}; /* the response owns it now */
  return response;
}

static void add_headers(struct MHD_Response *response, const portal_answer *answer, bool has_body) {
  if (has_body)
    MHD_add_response_header(response, "Content-Type", answer->type ? answer->type : "application/json;charset=utf-8");
  MHD_add_response_header(response, "x-hubspot-correlation-id", answer->correlation);
  MHD_add_response_header(response, "x-request-id", answer->correlation);
  for (size_t i = 0; i < answer->header_count; i++)
    MHD_add_response_header(response, answer->headers[i].name, answer->headers[i].value);
}

static struct MHD_Response *response_of(portal_pause *pause, struct MHD_Connection *connection, portal_answer *answer) {
  size_t length = answer->text.buffer.length;
  bool slow = length && (answer->effect.trickle_ms || answer->effect.reset == PORTAL_RESET_MIDDLE);
  struct MHD_Response *response = slow ? slow_response(pause, connection, answer) : plain_response(answer);
  if (!response) return NULL;
  add_headers(response, answer, length > 0);
  return response;
}

enum MHD_Result portal_deliver_as(struct MHD_Connection *connection, portal_answer *answer,
                                  struct MHD_Response *response) {
  if (response) add_headers(response, answer, true);
  enum MHD_Result result = response ? MHD_queue_response(connection, (unsigned)answer->status, response)
                                    : portal_reset_connection(connection);
  if (response) MHD_destroy_response(response);
  portal_answer_free(answer);
  return result;
}

enum MHD_Result portal_deliver(portal_pause *pause, struct MHD_Connection *connection, portal_answer *answer) {
  if (answer->effect.delay_ms) wait_ms(pause, answer->effect.delay_ms);
  bool lost = answer->text.failed || answer->effect.reset == PORTAL_RESET_AFTER;
  struct MHD_Response *response = lost ? NULL : response_of(pause, connection, answer);
  enum MHD_Result result = response ? MHD_queue_response(connection, (unsigned)answer->status, response)
                                    : portal_reset_connection(connection);
  if (response) MHD_destroy_response(response);
  portal_answer_free(answer);
  return result;
}
