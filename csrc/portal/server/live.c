#include "portal/server/live.h"

#include <stdlib.h>
#include <time.h>

enum {
  WATCHERS_MOST = 8,
  LIVE_BYTES = 64 << 10, /* lines that wait to be sent */
  BODY_MOST = 1000,      /* bytes of a request's body in its line */
  PATIENCE_SECONDS = 5,
  GATHER_NS = 30000000 /* how long news are gathered, so that a burst of requests is sent in a few pieces */
};

typedef struct watcher {
  portal_server *server;
  int64_t after; /* the last request that was told */
  tether_buffer text;
  size_t sent; /* of the text */
} watcher;

void portal_live_init(portal_live *live) {
  pthread_cond_init(&live->grown, NULL);
  live->over = false;
  live->watchers = 0;
}

void portal_live_destroy(portal_live *live) { pthread_cond_destroy(&live->grown); }

void portal_live_grown(portal_live *live) {
  if (live->watchers) pthread_cond_broadcast(&live->grown);
}

void portal_live_end(portal_server *server) {
  pthread_mutex_lock(&server->lock);
  server->live.over = true;
  pthread_cond_broadcast(&server->live.grown);
  pthread_mutex_unlock(&server->lock);
}

/* Waits for news with the lock, at most for the patience of a client. */
static bool wait_for_news(watcher *of) {
  portal_server *server = of->server;
  struct timespec until;
  int waited = 0;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += PATIENCE_SECONDS;
  while (waited == 0 && !server->live.over && portal_log_last(server->app->log) == of->after)
    waited = pthread_cond_timedwait(&server->live.grown, &server->lock, &until);
  return portal_log_last(server->app->log) != of->after;
}

static bool put_line(tether_buffer *text, json_t *line) {
  char *written = line ? json_dumps(line, JSON_COMPACT) : NULL;
  bool fine = written && tether_buffer_text(text, written, NULL) && tether_buffer_text(text, "\n", NULL);
  free(written);
  json_decref(line);
  return fine;
}

/* Tells how many requests were skipped, because their entries have left the log or had no memory. */
static void tell_skipped(watcher *of, int64_t next) {
  if (of->after && next > of->after + 1)
    put_line(&of->text, json_pack("{s:I}", "skipped", (json_int_t)(next - of->after - 1)));
}

/* Takes as many lines as there is room for. The caller holds the lock. */
static void take_lines(watcher *of) {
  const portal_log *log = of->server->app->log;
  for (size_t i = portal_log_above(log, of->after); i < portal_log_count(log); i++) {
    size_t before = of->text.length;
    json_t *line = portal_log_json(log, i, BODY_MOST, false);
    int64_t number = json_integer_value(json_object_get(line, "number"));
    tell_skipped(of, number);
    if (!put_line(&of->text, line)) {
      tether_buffer_cut(&of->text, before, of->text.length - before);
      if (before == 0) of->after = number; /* larger than all room: it is passed over */
      return;
    }
    of->after = number;
  }
  of->after = portal_log_last(log);
}

static bool gather(watcher *of) {
  portal_server *server = of->server;
  of->sent = 0;
  tether_buffer_clear(&of->text);
  pthread_mutex_lock(&server->lock);
  bool news = wait_for_news(of), over = server->live.over;
  pthread_mutex_unlock(&server->lock);
  if (over) return false;
  if (news) {
    nanosleep(&(struct timespec){.tv_nsec = GATHER_NS}, NULL);
    pthread_mutex_lock(&server->lock);
    take_lines(of);
    pthread_mutex_unlock(&server->lock);
  }
  return of->text.length || tether_buffer_text(&of->text, "\n", NULL);
}

static ssize_t read_live(void *cls, uint64_t position, char *out, size_t most) {
  watcher *of = cls;
  (void)position;
  if (of->sent == of->text.length && !gather(of)) return MHD_CONTENT_READER_END_OF_STREAM;
  size_t left = of->text.length - of->sent;
  if (left > most) left = most;
  memcpy(out, of->text.data + of->sent, left);
  of->sent += left;
  return (ssize_t)left;
}

static void end_live(void *cls) {
  watcher *of = cls;
  pthread_mutex_lock(&of->server->lock);
  of->server->live.watchers--;
  pthread_mutex_unlock(&of->server->lock);
  tether_buffer_free(&of->text);
  free(of);
}

/* Takes a place among the watchers; NULL: all places are taken, or no memory. */
static watcher *begin_live(portal_server *server, int64_t after) {
  watcher *of = malloc(sizeof *of);
  pthread_mutex_lock(&server->lock);
  bool room = of && server->live.watchers < WATCHERS_MOST && !server->live.over;
  if (room) server->live.watchers++;
  if (room)
    *of = (watcher){.server = server,
                    .after = after < portal_log_last(server->app->log) ? after : portal_log_last(server->app->log)};
  pthread_mutex_unlock(&server->lock);
  if (!room) free(of);
  if (room) tether_buffer_init(&of->text, LIVE_BYTES);
  return room ? of : NULL;
}

static void refuse(portal_answer *answer) {
  answer->status = 503;
  answer->type = NULL;
  portal_answer_header(answer, "Retry-After", "1");
  portal_put(&answer->text, "{\"status\":\"error\",\"message\":\"The log is watched by as many as can be\"}");
}

enum MHD_Result portal_live_deliver(portal_server *server, struct MHD_Connection *connection, portal_answer *answer) {
  watcher *of = begin_live(server, answer->live_after);
  if (!of) {
    refuse(answer);
    return portal_deliver(&server->pause, connection, answer);
  }
  struct MHD_Response *response =
      MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 32 << 10, read_live, of, end_live);
  if (!response) end_live(of);
  return portal_deliver_as(connection, answer, response);
}
