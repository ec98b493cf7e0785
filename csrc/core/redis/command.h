/* Command: one command to Redis until its answer is there; and rows of them. */
#ifndef TETHER_REDIS_COMMAND_H
#define TETHER_REDIS_COMMAND_H
#include <hiredis/hiredis.h>

#include "base/buffer.h"
#include "core/redis/script.h"

/* What is asked. */
typedef struct tether_redis_question {
  const tether_slice *words; /* the command and its arguments; of a script, those behind its digest */
  int count;
  const tether_redis_script *script; /* NULL: a plain command. Borrowed until the answer is there */
  int64_t timeout_ms;                /* > 0; without an answer by then, the connection ends */
  bool at_once;                      /* fails when a try to connect fails, instead of waiting for the next one */
} tether_redis_question;

typedef struct tether_command {
  struct tether_command *next;
  int64_t ticket; /* 0: the client's own command, whose answer no caller takes */
  int64_t deadline_ms;
  const tether_redis_script *script;
  bool at_once;
  bool reloaded; /* the script was sent to a server that did not know it */
  size_t length;
  char *bytes;       /* as they are sent; hiredis' memory */
  redisReply *reply; /* NULL: not yet, or `error` says why */
  tether_error error;
} tether_command;

/* Borrows nothing of the question but the script. NULL: NO_MEMORY, TOO_LARGE. */
tether_command *tether_command_new(const tether_redis_question *question, tether_error *error);
void tether_command_free(tether_command *command); /* NULL is fine */

typedef struct tether_command_row {
  tether_command *first, *last;
} tether_command_row;
void tether_command_add(tether_command_row *row, tether_command *command); /* at the end; taken over */
tether_command *tether_command_take(tether_command_row *row);              /* NULL: empty */
#endif
