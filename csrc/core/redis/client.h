/* Client: commands to one Redis server, and their answers, behind one descriptor.
 *
 * It connects by itself, greets (greeting.h), and connects again when the connection is lost: at once, and then at
 * growing distances of up to a second. It blocks only in tether_redis_step, for at most the time that the caller
 * allows, and in the first connect, while a host's name is looked up. Every command has a deadline. Answers come in
 * the order of questions. Nothing is called back: answers queue until they are taken. One thread at a time; no
 * signal is raised. */
#ifndef TETHER_REDIS_CLIENT_H
#define TETHER_REDIS_CLIENT_H
#include "core/redis/command.h"
#include "core/redis/greeting.h"
#include "core/redis/tls.h"

typedef struct tether_redis tether_redis;

/* Strings are copied. */
typedef struct tether_redis_options {
  const char *url;                    /* url.h */
  const char *password;               /* NULL: none */
  tether_tls_authorities authorities; /* of rediss:// */
  int64_t timeout_ms;                 /* to connect and to be greeted, > 0 */
} tether_redis_options;

/* Begins to connect. NULL: BAD_ARGUMENT (the address), NO_MEMORY. */
tether_redis *tether_redis_new(const tether_redis_options *options, tether_error *error);

/* Ends the connection. The server still runs commands that were sent. NULL is fine. In a forked child it touches
 * nothing that is the parent's. */
void tether_redis_free(tether_redis *redis);

/* Sends a command now, or as soon as there is a connection. Returns its ticket (> 0); 0: NO_MEMORY, TOO_LARGE. */
int64_t tether_redis_ask(tether_redis *redis, const tether_redis_question *question, tether_error *error);

/* What came of a command. */
typedef struct tether_redis_answer {
  int64_t ticket;
  redisReply *reply;  /* NULL: none came. Error replies are here too, for callers that compare their beginning */
  tether_error error; /* OK; REDIS_FAILED; REDIS_LOST: no reply came, but the server may have run it */
} tether_redis_answer;

/* The next answer; false: none yet. The caller gives it back by tether_redis_answer_free. */
bool tether_redis_take(tether_redis *redis, tether_redis_answer *answer);
void tether_redis_answer_free(tether_redis_answer *answer);

/* Moves what is ready; waits up to `wait_ms` (-1: no end) for something to come. */
void tether_redis_step(tether_redis *redis, int64_t wait_ms);

/* Readable when a step has something to do, timers included. Owned by the client. */
int tether_redis_fd(const tether_redis *redis);

typedef enum tether_redis_state {
  TETHER_REDIS_CONNECTING, /* for the first time, or again */
  TETHER_REDIS_READY,
  TETHER_REDIS_AWAY /* the last try has failed, see tether_redis_problem; it tries again by itself */
} tether_redis_state;
tether_redis_state tether_redis_state_of(const tether_redis *redis);

/* Why the last try failed or the last connection ended; OK: none did, or it is ready again. Borrowed. */
const tether_error *tether_redis_problem(const tether_redis *redis);

/* What the server said of itself at the last greeting; "" before. Borrowed. */
const tether_redis_facts *tether_redis_facts_of(const tether_redis *redis);

const char *tether_redis_name(const tether_redis *redis); /* the server, for texts. Borrowed */
#endif
