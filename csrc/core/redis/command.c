#include "core/redis/command.h"

#include <stdlib.h>

enum { WORDS_MOST = 4096 }; /* of a command: far above what scripts of ours take */

/* The words as hiredis wants them, with those before them that call a script. */
static int list(const tether_redis_question *question, const char **words, size_t *lengths) {
  int count = 0;
  if (question->script) {
    words[count] = "EVALSHA";
    lengths[count++] = sizeof "EVALSHA" - 1;
    words[count] = question->script->digest;
    lengths[count++] = TETHER_REDIS_DIGEST - 1;
  }
  for (int i = 0; i < question->count; i++) {
    words[count] = question->words[i].length ? question->words[i].data : "";
    lengths[count++] = question->words[i].length;
  }
  return count;
}

static bool format(tether_command *command, const tether_redis_question *question) {
  const char **words = malloc((size_t)(question->count + 2) * sizeof *words);
  size_t *lengths = malloc((size_t)(question->count + 2) * sizeof *lengths);
  int written = -1;
  if (words && lengths)
    written = redisFormatCommandArgv(&command->bytes, list(question, words, lengths), words, lengths);
  free(words);
  free(lengths);
  command->length = written > 0 ? (size_t)written : 0;
  return written > 0;
}

tether_command *tether_command_new(const tether_redis_question *question, tether_error *error) {
  if (question->count > WORDS_MOST || question->count < (question->script ? 0 : 1)) {
    tether_fail(error, TETHER_TOO_LARGE, "a command to Redis has 1 to %d words, not %d", WORDS_MOST, question->count);
    return NULL;
  }
  tether_command *command = calloc(1, sizeof *command);
  if (command && format(command, question)) {
    command->script = question->script;
    command->at_once = question->at_once;
    return command;
  }
  tether_command_free(command);
  tether_fail(error, TETHER_NO_MEMORY, "no memory for a command to Redis");
  return NULL;
}

void tether_command_free(tether_command *command) {
  if (!command) return;
  free(command->bytes);
  if (command->reply) freeReplyObject(command->reply);
  free(command);
}

void tether_command_add(tether_command_row *row, tether_command *command) {
  command->next = NULL;
  if (row->last)
    row->last->next = command;
  else
    row->first = command;
  row->last = command;
}

tether_command *tether_command_take(tether_command_row *row) {
  tether_command *command = row->first;
  if (!command) return NULL;
  row->first = command->next;
  if (!row->first) row->last = NULL;
  command->next = NULL;
  return command;
}
