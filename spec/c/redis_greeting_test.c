/* What is said first to a Redis server, and what its own words about itself make of it. */
#include "core/redis/greeting.h"

#include <string.h>

#include "check.h"
#include "core/redis/command.h"

static tether_error error;

/* The words that are said, without the lengths between them. */
static bool says(const char *address, const char *password, const char *wanted) {
  tether_redis_url url;
  tether_greeting greeting;
  tether_buffer out;
  char words[300] = "";
  tether_buffer_init(&out, 1000);
  CHECK(tether_redis_url_read(address, &url, &error));
  CHECK(tether_greeting_say(&greeting, &url, password, &out, &error));
  for (size_t at = 0; at < out.length;) {
    size_t length = strcspn(out.data + at, "\r");
    if (out.data[at] != '$' && out.data[at] != '*') sprintf(words + strlen(words), "%.*s ", (int)length, out.data + at);
    at += length + 2;
  }
  tether_buffer_free(&out);
  return strcmp(words, wanted) == 0;
}

static void each_part_is_said_once(void) {
  CHECK(says("redis://h", NULL, "INFO "));
  CHECK(says("redis://h/3", NULL, "SELECT 3 INFO "));
  CHECK(says("redis://h", "pw", "AUTH pw INFO "));
  CHECK(says("redis://me@h/3", "pw", "AUTH me pw SELECT 3 INFO "));
}

/* What comes of a greeting whose INFO is this text: OK, or the code of its refusal. */
static tether_code heard(const char *info, tether_redis_facts *facts) {
  tether_greeting greeting = {.said = 1};
  redisReply reply = {.type = REDIS_REPLY_STRING, .str = (char *)info, .len = strlen(info)};
  bool fine = tether_greeting_hear(&greeting, "h:1", &reply, &error);
  CHECK(tether_greeting_is_over(&greeting));
  if (facts) *facts = greeting.facts;
  return fine ? TETHER_OK : error.code;
}

static tether_code version(const char *version) {
  char info[200];
  snprintf(info, sizeof info, "# Server\r\nredis_version:%s\r\nrun_id:abc\r\n", version);
  return heard(info, NULL);
}

static void a_server_is_new_enough_or_not(void) {
  static const char *const fine[] = {"6.2.0", "6.2", "6.10.1", "7.0.0", "7.1", "8.0.1", "10.0.0"},
                           *const old[] = {"6.1.9", "6.0", "5.9.9", "5.2.0", "2.8.19", "0.9"};
  for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) CHECK(version(fine[i]) == TETHER_OK);
  for (size_t i = 0; i < sizeof old / sizeof *old; i++)
    CHECK(version(old[i]) == TETHER_REDIS_FAILED && strstr(error.text, "too old") && strstr(error.text, old[i]));
}

static void only_whole_names_of_lines_count(void) {
  tether_redis_facts facts;
  CHECK(heard("# x\r\nold_redis_version:1.0\r\nredis_version:7.0.15\r\nmaster_run_id:no\r\nrun_id:abc\r\n", &facts) ==
        TETHER_OK);
  CHECK(strcmp(facts.version, "7.0.15") == 0 && strcmp(facts.run_id, "abc") == 0);
  CHECK(heard("redis_version:7.0\nrun_id:abc\nmaster_role:slave\nrole:master\nx_cluster_enabled:1\ncluster_enabled:0\n",
              NULL) == TETHER_OK);
  CHECK(heard("", NULL) == TETHER_REDIS_FAILED && strstr(error.text, "no Redis server"));
  CHECK(heard("redis_version:7.0\r\n", NULL) == TETHER_REDIS_FAILED);
}

static void a_replica_and_a_cluster_are_refused(void) {
  CHECK(heard("redis_version:7.0\r\nrun_id:abc\r\nrole:slave\r\n", NULL) == TETHER_REDIS_FAILED);
  CHECK(strstr(error.text, "replica"));
  CHECK(heard("redis_version:7.0\r\nrun_id:abc\r\nrole:master\r\ncluster_enabled:1\r\n", NULL) == TETHER_REDIS_FAILED);
  CHECK(strstr(error.text, "cluster"));
}

static void a_refusal_ends_the_greeting(void) {
  tether_greeting greeting = {.said = 2};
  redisReply reply = {.type = REDIS_REPLY_ERROR, .str = "WRONGPASS no", .len = 12}, fine = {.type = REDIS_REPLY_STATUS};
  CHECK(!tether_greeting_hear(&greeting, "h:1", &reply, &error) && error.code == TETHER_REDIS_FAILED);
  greeting = (tether_greeting){.said = 2};
  CHECK(tether_greeting_hear(&greeting, "h:1", &fine, &error) && !tether_greeting_is_over(&greeting));
}

/* A row gives back what it was given, in its order, also when it was empty between. */
static void a_row_keeps_its_order(void) {
  tether_command_row row = {NULL, NULL};
  tether_command commands[4] = {{.ticket = 1}, {.ticket = 2}, {.ticket = 3}, {.ticket = 4}};
  for (int turn = 0; turn < 2; turn++) {
    tether_command_add(&row, &commands[1]);
    CHECK(tether_command_take(&row) == &commands[1] && !tether_command_take(&row));
    for (int i = 0; i < 4; i++) tether_command_add(&row, &commands[i]);
    for (int i = 0; i < 4; i++) CHECK(tether_command_take(&row) == &commands[i]);
    CHECK(!tether_command_take(&row));
  }
}

int main(void) {
  each_part_is_said_once();
  a_server_is_new_enough_or_not();
  only_whole_names_of_lines_count();
  a_replica_and_a_cluster_are_refused();
  a_refusal_ends_the_greeting();
  a_row_keeps_its_order();
  return failed != 0;
}
