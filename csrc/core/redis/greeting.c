#define _GNU_SOURCE /* memmem */
#include "core/redis/greeting.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/redis/fault.h"

enum {
  MAJOR = 6,
  MINOR = 2
}; /* the oldest Redis with XAUTOCLAIM, and with scripts that are replicated by their effects */

static bool say(tether_greeting *greeting, tether_buffer *out, int count, const char **words, tether_error *error) {
  char *bytes = NULL;
  int length = redisFormatCommandArgv(&bytes, count, words, NULL);
  bool fine = length > 0 && tether_buffer_add(out, bytes, (size_t)length, error);
  if (length > 0) explicit_bzero(bytes, (size_t)length);
  free(bytes);
  greeting->said++;
  return fine || tether_fail(error, TETHER_NO_MEMORY, "no memory for a command to Redis");
}

bool tether_greeting_say(tether_greeting *greeting, const tether_redis_url *url, const char *password,
                         tether_buffer *out, tether_error *error) {
  char database[16];
  const char *user_and_password[] = {"AUTH", url->user, password ? password : ""},
             *only_password[] = {"AUTH", password};
  const char *info[] = {"INFO"}, *select[] = {"SELECT", database};
  *greeting = (tether_greeting){.said = 0};
  snprintf(database, sizeof database, "%d", url->database);
  if (*url->user && !say(greeting, out, 3, user_and_password, error)) return false;
  if (password && !*url->user && !say(greeting, out, 2, only_password, error)) return false;
  if (url->database && !say(greeting, out, 2, select, error)) return false;
  return say(greeting, out, 1, info, error);
}

/* Copies the value of a line `name:value` of INFO; false: there is none. */
static bool field(const redisReply *info, const char *name, char *out, size_t capacity) {
  const char *end = info->str + info->len, *at = info->str;
  size_t length = 0;
  while ((at = memmem(at, (size_t)(end - at), name, strlen(name))) && at > info->str && at[-1] != '\n') at++;
  if (!at) return false;
  for (at += strlen(name); at < end && *at != '\r' && *at != '\n' && length + 1 < capacity; at++) out[length++] = *at;
  out[length] = '\0';
  return length > 0;
}

static bool is_new_enough(const char *version) {
  char *rest;
  long major = strtol(version, &rest, 10), minor = *rest == '.' ? strtol(rest + 1, NULL, 10) : 0;
  return major > MAJOR || (major == MAJOR && minor >= MINOR);
}

static bool read_info(tether_greeting *greeting, const char *server, const redisReply *info, tether_error *error) {
  char role[16] = "", cluster[4] = "";
  tether_redis_facts *facts = &greeting->facts;
  if (info->type != REDIS_REPLY_STRING || !field(info, "redis_version:", facts->version, sizeof facts->version) ||
      !field(info, "run_id:", facts->run_id, sizeof facts->run_id))
    return tether_fail(error, TETHER_REDIS_FAILED, "%.200s is no Redis server: it does not tell its version", server);
  if (!is_new_enough(facts->version))
    return tether_fail(error, TETHER_REDIS_FAILED, "Redis at %.200s is too old, version %s: take %d.%d or newer",
                       server, facts->version, MAJOR, MINOR);
  if (field(info, "role:", role, sizeof role) && strcmp(role, "slave") == 0)
    return tether_fail(error, TETHER_REDIS_FAILED,
                       "Redis at %.200s is a read-only replica: name the server that it follows", server);
  if (field(info, "cluster_enabled:", cluster, sizeof cluster) && *cluster == '1')
    return tether_fail(error, TETHER_REDIS_FAILED, "Redis at %.200s is part of a cluster: name a server of its own",
                       server);
  return true;
}

bool tether_greeting_hear(tether_greeting *greeting, const char *server, const redisReply *reply, tether_error *error) {
  greeting->heard++;
  if (reply->type == REDIS_REPLY_ERROR) return tether_redis_fault(server, reply->str, error);
  return greeting->heard < greeting->said || read_info(greeting, server, reply, error);
}

bool tether_greeting_is_over(const tether_greeting *greeting) { return greeting->heard >= greeting->said; }
