#define _GNU_SOURCE /* memmem */
/* The client of Redis beside a peer that says what a real server says only at certain moments; and what it says first
 * where TLS is spoken. */
#include <poll.h>

#include "core/redis/tls.h"
#include "redis_peer.h"

static tether_error error;
static tether_redis *redis;
static tether_redis_answer answer;

static int64_t ask(const char *word, bool at_once, int64_t timeout_ms) {
  const tether_slice words[] = {{word, strlen(word)}};
  const tether_redis_question question = {.words = words, .count = 1, .at_once = at_once, .timeout_ms = timeout_ms};
  return tether_redis_ask(redis, &question, &error);
}

static void begin(bool greeted) {
  peer_open();
  redis = peer_client(&error);
  if (greeted) peer_greet(redis);
}

static void end(void) {
  tether_redis_free(redis);
  peer_close();
}

/* Whether the next answer is of that ticket, and how it ends. */
static bool takes(int64_t ticket, tether_code code) {
  if (!tether_redis_take(redis, &answer)) return false;
  bool same = answer.ticket == ticket && answer.error.code == code;
  tether_redis_answer_free(&answer);
  return same;
}

/* What was sent is lost, and so is who does not wait for a connection; what waits is sent by the next one, which is
 * greeted like the first. */
static void a_connection_is_made_again(void) {
  begin(true);
  int64_t sent = ask("PING", false, 600000);
  CHECK(strstr(peer_hear(), "PING"));
  peer_hang_up();
  tether_redis_step(redis, 0);
  CHECK(tether_redis_state_of(redis) == TETHER_REDIS_AWAY && tether_redis_problem(redis)->code == TETHER_REDIS_LOST);
  CHECK(takes(sent, TETHER_REDIS_LOST));
  int64_t waiting = ask("TIME", false, 600000);
  while (tether_redis_state_of(redis) == TETHER_REDIS_AWAY) tether_redis_step(redis, 100);
  peer_greet(redis);
  CHECK(tether_redis_problem(redis)->code == TETHER_OK);
  tether_redis_step(redis, 0);
  CHECK(strstr(peer_hear(), "TIME") && !tether_redis_take(redis, &answer));
  peer_say("+1\r\n");
  tether_redis_step(redis, 0);
  CHECK(takes(waiting, TETHER_OK));
  end();
}

static void who_does_not_wait_is_told_when_a_connection_fails(void) {
  begin(false);
  int64_t patient = ask("TIME", false, 600000), impatient = ask("PING", true, 600000);
  peer_accept();
  peer_hang_up();
  while (tether_redis_state_of(redis) == TETHER_REDIS_CONNECTING) tether_redis_step(redis, 100);
  CHECK(takes(impatient, TETHER_REDIS_LOST) && patient && !tether_redis_take(redis, &answer));
  end();
}

/* A host that watches the descriptor learns by it that an answer is late. */
static void the_descriptor_tells_that_an_answer_is_late(void) {
  begin(true);
  struct pollfd ready = {.fd = tether_redis_fd(redis), .events = POLLIN};
  int64_t ticket = ask("PING", false, 50);
  CHECK(poll(&ready, 1, 20000) == 1);
  while (!tether_redis_take(redis, &answer)) tether_redis_step(redis, 100);
  CHECK(answer.ticket == ticket && answer.error.code == TETHER_REDIS_LOST);
  end();
}

/* So does he of an answer that nobody has taken yet; and the descriptor is silent when it is taken. */
static void the_descriptor_tells_of_an_answer(void) {
  begin(true);
  struct pollfd ready = {.fd = tether_redis_fd(redis), .events = POLLIN};
  int64_t ticket = ask("PING", false, 600000);
  CHECK(strstr(peer_hear(), "PING"));
  peer_say("+PONG\r\n");
  tether_redis_step(redis, 0);
  CHECK(poll(&ready, 1, 20000) == 1 && takes(ticket, TETHER_OK));
  tether_redis_step(redis, 0);
  CHECK(poll(&ready, 1, 0) == 0);
  end();
}

/* A server that reads slowly gets all of a command that no socket holds: what is left goes out when there is room. */
static void a_large_command_is_sent_in_parts(void) {
  enum { LENGTH = 8 << 20, PATIENCE = 1000 };
  char *large = malloc(LENGTH + 1);
  memset(large, 'x', LENGTH);
  large[LENGTH] = '\0';
  begin(true);
  CHECK(ask(large, false, 600000) > 0);
  size_t heard = 0;
  for (int idle = 0; heard < LENGTH && idle < PATIENCE; idle++) {
    size_t part = strlen(peer_hear());
    heard += part;
    if (part) idle = 0;
    tether_redis_step(redis, 0);
  }
  CHECK(heard >= LENGTH);
  end();
  free(large);
}

static void a_script_is_loaded_once(void) {
  tether_redis_script script;
  const tether_slice words[] = {{"0", 1}};
  const tether_redis_question question = {.words = words, .count = 1, .script = &script, .timeout_ms = 600000};
  CHECK(tether_redis_script_init(&script, "return 1", 8, &error));
  begin(true);
  int64_t ticket = tether_redis_ask(redis, &question, &error);
  CHECK(strstr(peer_hear(), "EVALSHA"));
  peer_say("-NOSCRIPT No matching script\r\n");
  tether_redis_step(redis, 0);
  CHECK(strstr(peer_hear(), "LOAD") && strstr(peer.heard, "EVALSHA"));
  peer_say("+digest\r\n-NOSCRIPT No matching script\r\n");
  tether_redis_step(redis, 0);
  CHECK(takes(ticket, TETHER_REDIS_FAILED) && *peer_hear() == '\0');
  end();
}

static void a_command_has_so_many_words(void) {
  enum { MOST = 4096 };
  static tether_slice words[MOST + 1];
  tether_redis_question question = {.words = words, .count = MOST, .timeout_ms = 600000};
  for (int i = 0; i <= MOST; i++) words[i] = (tether_slice){"x", 1};
  begin(true);
  CHECK(tether_redis_ask(redis, &question, &error) > 0);
  question.count++;
  CHECK(tether_redis_ask(redis, &question, &error) == 0 && error.code == TETHER_TOO_LARGE);
  question.count = 0;
  CHECK(tether_redis_ask(redis, &question, &error) == 0);
  end();
}

/* Also on a machine whose OpenSSL would take any: the client's first words list TLS 1.3 and 1.2 alone. */
static void old_tls_is_not_offered(void) {
  static const char versions[] = "\0\x2B\0\5\4\3\4\3\3";
  tether_buffer words;
  tether_buffer_init(&words, 1 << 16);
  tether_tls *tls = tether_tls_new("localhost", NULL, &error);
  CHECK(tls && tether_tls_drain(tls, &words, &error));
  CHECK(words.length && memmem(words.data, words.length, versions, sizeof versions - 1));
  tether_tls_free(tls);
  tether_buffer_free(&words);
}

/* Settings under which OpenSSL takes each version: they are read once, before its first use. */
static void let_openssl_take_any(void) {
  static const char settings[] = "openssl_conf = c\n[c]\nssl_conf = s\n[s]\nsystem_default = d\n[d]\n"
                                 "MinProtocol = TLSv1\nCipherString = ALL:@SECLEVEL=0\n";
  char path[] = "/tmp/tether_redis_test_XXXXXX";
  int fd = mkstemp(path);
  CHECK(fd >= 0 && write(fd, settings, sizeof settings - 1) == sizeof settings - 1);
  setenv("OPENSSL_CONF", path, 1);
  old_tls_is_not_offered();
  close(fd);
  unlink(path);
}

int main(void) {
  let_openssl_take_any();
  a_connection_is_made_again();
  who_does_not_wait_is_told_when_a_connection_fails();
  the_descriptor_tells_that_an_answer_is_late();
  the_descriptor_tells_of_an_answer();
  a_large_command_is_sent_in_parts();
  a_script_is_loaded_once();
  a_command_has_so_many_words();
  return failed != 0;
}
