#include "core/redis/client.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "core/http/poller.h"
#include "core/http/secret.h"
#include "core/redis/channel.h"
#include "core/redis/fault.h"

enum {
  FIRST_PAUSE_MS = 50,      /* before the second try to connect; doubled from then on */
  PAUSE_MOST_MS = 1000,     /* up to here: a restarted server is found within a second */
  HEARD_MOST = 64 << 20,    /* bytes of answers that are not read yet */
  GREETING_MOST = 64 << 10, /* bytes of the greeting's commands */
  NAME = 300                /* bytes of a server's name in a text */
};

struct tether_redis {
  tether_redis_url url;
  tether_tls_authorities authorities; /* its texts are ours */
  char *password;                     /* a secret; NULL: none */
  char name[NAME];
  tether_channel *channel;
  tether_poller *poller;
  redisReader *reader;
  tether_greeting greeting;
  tether_redis_facts facts;
  tether_redis_state state;
  tether_error problem;
  int watched_fd;
  unsigned watched; /* events that the poller watches it for */
  int64_t timeout_ms, last_ticket;
  int64_t due_ms;   /* when the greeting must be over; while away: when it tries again */
  int64_t pause_ms; /* before the next try */
  tether_command_row waiting, sent, done;
};

/* -- connecting ---------------------------------------------------------------------------------------------------- */

static void watch(tether_redis *redis) {
  int fd = tether_channel_fd(redis->channel);
  unsigned events = tether_channel_wants(redis->channel);
  bool same = fd == redis->watched_fd && events == redis->watched;
  if (same && tether_channel_is_open(redis->channel))
    return; /* while it is not open, its number may be another socket's */
  redis->watched_fd = fd;
  redis->watched = events;
  if (fd >= 0) tether_poller_watch(redis->poller, fd, events);
}

static void close_channel(tether_redis *redis) {
  tether_channel_close(redis->channel); /* this makes epoll forget it */
  redis->watched_fd = -1;
  if (redis->reader) redisReaderFree(redis->reader);
  redis->reader = NULL;
}

static void finish(tether_redis *redis, tether_command *command, const tether_error *error) {
  if (error) command->error = *error;
  if (command->ticket)
    tether_command_add(&redis->done, command);
  else
    tether_command_free(command);
}

static void fail_impatient(tether_redis *redis, const tether_error *why) {
  tether_command_row kept = {NULL, NULL};
  for (tether_command *command; (command = tether_command_take(&redis->waiting));)
    if (command->at_once)
      finish(redis, command, why);
    else
      tether_command_add(&kept, command);
  redis->waiting = kept;
}

/* The connection has ended. Commands that were sent fail, since nobody knows whether the server has run them. The
 * others wait for the next connection. */
static void lose(tether_redis *redis, const tether_error *why, int64_t now_ms) {
  close_channel(redis);
  redis->problem = *why;
  redis->state = TETHER_REDIS_AWAY;
  redis->due_ms = now_ms + redis->pause_ms;
  redis->pause_ms = redis->pause_ms * 2 > PAUSE_MOST_MS ? PAUSE_MOST_MS : redis->pause_ms * 2;
  for (tether_command *command; (command = tether_command_take(&redis->sent));) finish(redis, command, why);
  fail_impatient(redis, why);
}

static bool say_greeting(tether_redis *redis, tether_error *error) {
  tether_buffer greeting;
  tether_buffer_init(&greeting, GREETING_MOST);
  bool said = tether_greeting_say(&redis->greeting, &redis->url, redis->password, &greeting, error) &&
              tether_channel_say(redis->channel, greeting.data, greeting.length, error);
  if (greeting.data) explicit_bzero(greeting.data, greeting.capacity);
  tether_buffer_free(&greeting);
  return said;
}

static void begin(tether_redis *redis, int64_t now_ms) {
  tether_error error = {.code = TETHER_OK};
  redis->greeting.said = 0;
  redis->due_ms = now_ms + redis->timeout_ms;
  redis->reader = redisReaderCreate();
  redis->state = TETHER_REDIS_CONNECTING;
  if (!redis->reader)
    tether_fail(&error, TETHER_NO_MEMORY, "no memory for a connection to Redis");
  else if (tether_channel_open(redis->channel, &error))
    return watch(redis);
  lose(redis, &error, now_ms);
}

/* -- sending ------------------------------------------------------------------------------------------------------- */

static bool send_command(tether_redis *redis, tether_command *command, tether_error *error) {
  bool said = tether_channel_say(redis->channel, command->bytes, command->length, error);
  tether_command_add(&redis->sent, command);
  return said;
}

static void send_waiting(tether_redis *redis, int64_t now_ms) {
  tether_error error;
  while (redis->state == TETHER_REDIS_READY && redis->waiting.first)
    if (!send_command(redis, tether_command_take(&redis->waiting), &error)) return lose(redis, &error, now_ms);
}

/* The server does not know the script, or not any more: the script is sent, and run once more. */
static bool reload(tether_redis *redis, tether_command *command, tether_error *error) {
  const tether_slice words[] = {{"SCRIPT", 6}, {"LOAD", 4}, {command->script->text, command->script->length}};
  const tether_redis_question question = {.words = words, .count = 3};
  tether_command *load = tether_command_new(&question, error);
  freeReplyObject(command->reply);
  command->reply = NULL;
  command->reloaded = true;
  if (!load) {
    finish(redis, command, error);
    return true;
  }
  load->deadline_ms = command->deadline_ms;
  if (send_command(redis, load, error)) return send_command(redis, command, error);
  tether_command_add(&redis->sent, command);
  return false;
}

/* -- hearing ------------------------------------------------------------------------------------------------------- */

static bool begins(const redisReply *reply, const char *with) {
  return reply->type == REDIS_REPLY_ERROR && strncmp(reply->str, with, strlen(with)) == 0;
}

static bool hear_reply(tether_redis *redis, redisReply *reply, tether_error *error) {
  tether_command *command = tether_command_take(&redis->sent);
  if (!command) { /* a reply without a command: so a server refuses clients */
    bool fault = reply->type == REDIS_REPLY_ERROR;
    if (fault) tether_redis_fault(redis->name, reply->str, error);
    freeReplyObject(reply);
    return fault ? false : tether_fail(error, TETHER_REDIS_LOST, "Redis at %.200s says what nobody asked", redis->name);
  }
  command->reply = reply;
  if (command->script && !command->reloaded && begins(reply, "NOSCRIPT")) return reload(redis, command, error);
  if (reply->type == REDIS_REPLY_ERROR) tether_redis_fault(redis->name, reply->str, &command->error);
  finish(redis, command, NULL);
  return true;
}

static bool hear_greeting(tether_redis *redis, redisReply *reply, tether_error *error) {
  bool fine = tether_greeting_hear(&redis->greeting, redis->name, reply, error);
  freeReplyObject(reply);
  if (!fine || !tether_greeting_is_over(&redis->greeting)) return fine;
  redis->facts = redis->greeting.facts;
  redis->state = TETHER_REDIS_READY;
  redis->problem.code = TETHER_OK;
  redis->pause_ms = FIRST_PAUSE_MS;
  return true;
}

static bool read_replies(tether_redis *redis, tether_error *error) {
  for (;;) {
    void *reply = NULL;
    if (redisReaderGetReply(redis->reader, &reply) != REDIS_OK)
      return tether_fail(error, TETHER_REDIS_FAILED, "%.200s is no Redis server, or TLS is missing: %.100s",
                         redis->name, redis->reader->errstr);
    if (!reply) return true;
    if (!(redis->state == TETHER_REDIS_READY ? hear_reply : hear_greeting)(redis, reply, error)) return false;
  }
}

static void move(tether_redis *redis, int64_t now_ms) {
  tether_error error = {.code = TETHER_OK};
  tether_buffer heard;
  tether_buffer_init(&heard, HEARD_MOST);
  bool moved = tether_channel_move(redis->channel, &heard, &error);
  bool greets = moved && redis->greeting.said == 0 && tether_channel_is_open(redis->channel);
  tether_error later = {.code = TETHER_OK}; /* replies that came before the connection ended are still read */
  if (heard.length && redisReaderFeed(redis->reader, heard.data, heard.length) != REDIS_OK)
    moved = tether_fail(&error, TETHER_NO_MEMORY, "no memory for an answer of Redis");
  bool read = read_replies(redis, &later);
  tether_buffer_free(&heard);
  if (!read) return lose(redis, &later, now_ms);
  if (!moved && redis->state != TETHER_REDIS_READY && redis->greeting.said && error.code == TETHER_REDIS_LOST)
    tether_fail(&error, TETHER_REDIS_FAILED,
                "%.200s closes the connection unheard: is it a Redis server, and does it want TLS (rediss://)?",
                redis->name);
  if (!moved || (greets && !say_greeting(redis, &error))) return lose(redis, &error, now_ms);
  send_waiting(redis, now_ms);
}

/* -- time ---------------------------------------------------------------------------------------------------------- */

static void expire_waiting(tether_redis *redis, int64_t now_ms) {
  tether_command_row kept = {NULL, NULL};
  tether_error late;
  for (tether_command *command; (command = tether_command_take(&redis->waiting));) {
    if (command->deadline_ms > now_ms) {
      tether_command_add(&kept, command);
      continue;
    }
    late = redis->problem;
    if (late.code == TETHER_OK) tether_fail(&late, TETHER_REDIS_LOST, "Redis at %.200s did not answer", redis->name);
    finish(redis, command, &late);
  }
  redis->waiting = kept;
}

/* The earliest deadline; INT64_MAX: none. */
static int64_t earliest(const tether_command_row *row) {
  int64_t at = INT64_MAX;
  for (const tether_command *command = row->first; command; command = command->next)
    if (command->deadline_ms < at) at = command->deadline_ms;
  return at;
}

static void look_at_clock(tether_redis *redis, int64_t now_ms) {
  tether_error late;
  expire_waiting(redis, now_ms);
  bool silent = redis->state == TETHER_REDIS_CONNECTING && redis->due_ms <= now_ms;
  if (silent || earliest(&redis->sent) <= now_ms) {
    tether_fail(&late, TETHER_REDIS_LOST, "Redis at %.200s did not answer in time%s", redis->name,
                redis->url.tls && !tether_channel_is_open(redis->channel) ? ": does it speak TLS at that port?" : "");
    lose(redis, &late, now_ms);
  }
  if (redis->state == TETHER_REDIS_AWAY && redis->due_ms <= now_ms) begin(redis, now_ms);
}

static void set_alarm(tether_redis *redis, int64_t now_ms) {
  int64_t at = earliest(&redis->waiting), sent = earliest(&redis->sent);
  if (sent < at) at = sent;
  if (redis->state != TETHER_REDIS_READY && redis->due_ms < at) at = redis->due_ms;
  if (redis->done.first) at = now_ms;
  tether_poller_alarm(redis->poller, TETHER_ALARM_SESSION, at == INT64_MAX ? -1 : at > now_ms ? at - now_ms : 0);
}

/* Does all that is due, and sets the alarm for what comes next. */
static void advance(tether_redis *redis) {
  int64_t now_ms = tether_clock_ms();
  look_at_clock(redis, now_ms);
  send_waiting(redis, now_ms);
  watch(redis);
  set_alarm(redis, now_ms);
}

/* -- the front door ------------------------------------------------------------------------------------------------ */

static bool copy(char **out, const char *text) { return !text || (*out = strdup(text)); }

static bool open_parts(tether_redis *redis, const tether_redis_options *options, tether_error *error) {
  if (!tether_redis_url_read(options->url, &redis->url, error)) return false;
  tether_redis_url_name(&redis->url, redis->name, sizeof redis->name);
  if (options->password && !(redis->password = tether_secret_copy("", options->password)))
    return tether_fail(error, TETHER_NO_MEMORY, "no memory for a connection to Redis");
  redis->channel = tether_channel_new(&redis->url, &redis->authorities);
  redis->poller = tether_poller_new(error);
  if (!redis->poller) return false;
  return (redis->channel && copy((char **)&redis->authorities.file, options->authorities.file) &&
          copy((char **)&redis->authorities.folder, options->authorities.folder)) ||
         tether_fail(error, TETHER_NO_MEMORY, "no memory for a connection to Redis");
}

tether_redis *tether_redis_new(const tether_redis_options *options, tether_error *error) {
  tether_redis *redis = calloc(1, sizeof *redis);
  if (!redis) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory for a connection to Redis");
    return NULL;
  }
  redis->watched_fd = -1;
  redis->timeout_ms = options->timeout_ms;
  redis->pause_ms = FIRST_PAUSE_MS;
  if (!open_parts(redis, options, error)) {
    tether_redis_free(redis);
    return NULL;
  }
  begin(redis, tether_clock_ms());
  advance(redis);
  return redis;
}

static void empty(tether_command_row *row) {
  for (tether_command *command; (command = tether_command_take(row));) tether_command_free(command);
}

void tether_redis_free(tether_redis *redis) {
  if (!redis) return;
  if (redis->reader) redisReaderFree(redis->reader);
  tether_channel_free(redis->channel);
  tether_poller_free(redis->poller);
  empty(&redis->waiting);
  empty(&redis->sent);
  empty(&redis->done);
  tether_secret_free(redis->password);
  free((char *)redis->authorities.file);
  free((char *)redis->authorities.folder);
  free(redis);
}

int64_t tether_redis_ask(tether_redis *redis, const tether_redis_question *question, tether_error *error) {
  tether_command *command = tether_command_new(question, error);
  if (!command) return 0;
  int64_t ticket = command->ticket = ++redis->last_ticket;
  command->deadline_ms = tether_clock_ms() + question->timeout_ms;
  tether_command_add(&redis->waiting, command);
  advance(redis);
  return ticket;
}

bool tether_redis_take(tether_redis *redis, tether_redis_answer *answer) {
  tether_command *command = tether_command_take(&redis->done);
  if (!command) return false;
  *answer = (tether_redis_answer){command->ticket, command->reply, command->error};
  command->reply = NULL;
  tether_command_free(command);
  return true;
}

void tether_redis_answer_free(tether_redis_answer *answer) {
  if (answer->reply) freeReplyObject(answer->reply);
  answer->reply = NULL;
}

void tether_redis_step(tether_redis *redis, int64_t wait_ms) {
  tether_ready ready[4];
  if (redis->done.first) wait_ms = 0;
  size_t count = tether_poller_wait(redis->poller, wait_ms, ready, sizeof ready / sizeof *ready);
  for (size_t i = 0; i < count; i++)
    if (ready[i].fd >= 0 && ready[i].fd == redis->watched_fd) move(redis, tether_clock_ms());
  advance(redis);
}

int tether_redis_fd(const tether_redis *redis) { return tether_poller_fd(redis->poller); }

tether_redis_state tether_redis_state_of(const tether_redis *redis) { return redis->state; }

const tether_error *tether_redis_problem(const tether_redis *redis) { return &redis->problem; }

const tether_redis_facts *tether_redis_facts_of(const tether_redis *redis) { return &redis->facts; }

const char *tether_redis_name(const tether_redis *redis) { return redis->name; }
