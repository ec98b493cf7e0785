/* A peer on a socket that says what a test wants a Redis server to say, when the test wants it: what a real one cannot
 * be made to do at a certain moment. Both ends move in one thread, so that nothing depends on the machine's speed. */
#ifndef TETHER_REDIS_PEER_H
#define TETHER_REDIS_PEER_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "check.h"
#include "core/redis/client.h"

static struct {
  char folder[80], path[90], url[110], heard[1 << 16];
  int listener, fd; /* fd -1: nobody is connected */
} peer;

static void peer_open(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const char *tmp = getenv("TMPDIR");
  snprintf(peer.folder, sizeof peer.folder, "%.50s/tether-XXXXXX", tmp ? tmp : "/tmp");
  CHECK(mkdtemp(peer.folder));
  snprintf(peer.path, sizeof peer.path, "%s/s", peer.folder);
  snprintf(peer.url, sizeof peer.url, "unix://%s", peer.path);
  memcpy(address.sun_path, peer.path, strlen(peer.path) + 1);
  peer.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  peer.fd = -1;
  CHECK(bind(peer.listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(peer.listener, 8) == 0);
}

static void peer_hang_up(void) {
  if (peer.fd >= 0) close(peer.fd);
  peer.fd = -1;
}

static void peer_close(void) {
  peer_hang_up();
  close(peer.listener);
  unlink(peer.path);
  rmdir(peer.folder);
}

/* What has come since the last call; "" for nothing. */
static const char *peer_hear(void) {
  ssize_t length = recv(peer.fd, peer.heard, sizeof peer.heard - 1, MSG_DONTWAIT);
  if (length < 0) length = 0;
  for (ssize_t i = 0; i < length; i++)
    if (!peer.heard[i]) peer.heard[i] = ' ';
  peer.heard[length] = '\0';
  return peer.heard;
}

static void peer_say(const char *text) {
  CHECK(send(peer.fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text));
}

static void peer_accept(void) { CHECK((peer.fd = accept(peer.listener, NULL, NULL)) >= 0); }

/* Lets a client in that has begun to connect, and greets it. */
static void peer_greet(tether_redis *redis) {
  static const char info[] = "redis_version:7.0.15\r\nrun_id:abc\r\n";
  char text[200];
  peer_accept();
  tether_redis_step(redis, 0);
  CHECK(strstr(peer_hear(), "INFO"));
  snprintf(text, sizeof text, "$%zu\r\n%s\r\n", sizeof info - 1, info);
  peer_say(text);
  tether_redis_step(redis, 0);
  CHECK(tether_redis_state_of(redis) == TETHER_REDIS_READY);
}

static tether_redis *peer_client(tether_error *error) {
  return tether_redis_new(&(tether_redis_options){.url = peer.url, .timeout_ms = 600000}, error);
}
#endif
