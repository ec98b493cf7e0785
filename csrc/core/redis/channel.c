#define _GNU_SOURCE /* SOCK_NONBLOCK */
#include "core/redis/channel.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/http/poller.h"

enum {
  PIECE = 16 << 10,       /* bytes of one read */
  UNSENT_MOST = 64 << 20, /* bytes that the socket does not take yet */
  NAME = 300
};

struct tether_channel {
  const tether_redis_url *url;
  const tether_tls_authorities *authorities;
  struct addrinfo *addresses, *next; /* NULL: not looked up yet, or a path */
  int fd;
  bool connected;
  tether_tls *tls; /* NULL: plain */
  tether_buffer unsent;
};

tether_channel *tether_channel_new(const tether_redis_url *url, const tether_tls_authorities *authorities) {
  tether_channel *channel = calloc(1, sizeof *channel);
  if (!channel) return NULL;
  channel->url = url;
  channel->authorities = authorities;
  channel->fd = -1;
  tether_buffer_init(&channel->unsent, UNSENT_MOST);
  return channel;
}

void tether_channel_close(tether_channel *channel) {
  if (channel->fd >= 0) close(channel->fd);
  channel->fd = -1;
  channel->connected = false;
  tether_tls_free(channel->tls);
  channel->tls = NULL;
  if (channel->unsent.data)
    explicit_bzero(channel->unsent.data, channel->unsent.capacity); /* a password may be there */
  tether_buffer_clear(&channel->unsent);
}

void tether_channel_free(tether_channel *channel) {
  if (!channel) return;
  tether_channel_close(channel);
  if (channel->addresses) freeaddrinfo(channel->addresses);
  tether_buffer_free(&channel->unsent);
  free(channel);
}

static bool fail(const tether_channel *channel, const char *what, int number, tether_error *error) {
  char name[NAME];
  tether_redis_url_name(channel->url, name, sizeof name);
  return tether_fail(error, TETHER_REDIS_LOST, "Redis at %s %s%s%s", name, what, number ? ": " : "",
                     number ? strerror(number) : "");
}

/* -- connecting ---------------------------------------------------------------------------------------------------- */

static bool look_up(tether_channel *channel, tether_error *error) {
  char port[8];
  const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
  snprintf(port, sizeof port, "%d", channel->url->port);
  int failed = getaddrinfo(channel->url->host, port, &hints, &channel->addresses);
  if (!failed) return true;
  channel->addresses = NULL;
  return tether_fail(error, TETHER_REDIS_LOST, "no address is known for the host of Redis, %s: %s", channel->url->host,
                     gai_strerror(failed));
}

/* True: the socket is connected, or is connecting. */
static bool begin(tether_channel *channel, const struct sockaddr *address, socklen_t length) {
  channel->fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (channel->fd < 0) return false;
  int on = 1;
  if (address->sa_family != AF_UNIX) {
    setsockopt(channel->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(channel->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  }
  if (connect(channel->fd, address, length) == 0 || errno == EINPROGRESS) return true;
  int number = errno;
  close(channel->fd);
  channel->fd = -1;
  errno = number;
  return false;
}

static bool begin_path(tether_channel *channel, tether_error *error) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t size = strlen(channel->url->path) + 1;
  if (size > sizeof address.sun_path) return fail(channel, "has a longer path than a socket can have", 0, error);
  memcpy(address.sun_path, channel->url->path, size);
  return begin(channel, (const struct sockaddr *)&address, sizeof address) ||
         fail(channel, "cannot be connected to", errno, error);
}

/* The next of the host's addresses that can be tried. */
static bool begin_next(tether_channel *channel, tether_error *error) {
  int number = ECONNREFUSED;
  for (; channel->next; number = errno) {
    const struct addrinfo *address = channel->next;
    channel->next = address->ai_next;
    if (begin(channel, address->ai_addr, address->ai_addrlen)) return true;
  }
  return fail(channel, "cannot be connected to", number, error);
}

bool tether_channel_open(tether_channel *channel, tether_error *error) {
  tether_channel_close(channel);
  if (channel->url->tls) channel->tls = tether_tls_new(channel->url->host, channel->authorities, error);
  if (channel->url->tls && !channel->tls) return false;
  if (*channel->url->path) return begin_path(channel, error);
  if (!channel->addresses && !look_up(channel, error)) return false;
  channel->next = channel->addresses;
  return begin_next(channel, error);
}

/* Whether connecting has ended well; false with errno 0: it is still under way. */
static bool has_connected(const tether_channel *channel) {
  struct pollfd ready = {.fd = channel->fd, .events = POLLOUT};
  int number = 0;
  socklen_t length = sizeof number;
  errno = 0;
  if (poll(&ready, 1, 0) <= 0) return false;
  getsockopt(channel->fd, SOL_SOCKET, SO_ERROR, &number, &length);
  errno = number;
  return number == 0;
}

static bool go_on_connecting(tether_channel *channel, tether_error *error) {
  if (has_connected(channel)) return channel->connected = true;
  if (errno == 0) return true;
  if (!channel->next) return fail(channel, "cannot be connected to", errno, error);
  close(channel->fd);
  channel->fd = -1;
  return begin_next(channel, error);
}

/* -- bytes --------------------------------------------------------------------------------------------------------- */

int tether_channel_fd(const tether_channel *channel) { return channel->fd; }

bool tether_channel_is_open(const tether_channel *channel) {
  return channel->connected && (!channel->tls || tether_tls_is_shaken(channel->tls));
}

unsigned tether_channel_wants(const tether_channel *channel) {
  if (channel->fd < 0) return 0;
  if (!channel->connected) return TETHER_WRITABLE;
  return channel->unsent.length ? TETHER_READABLE | TETHER_WRITABLE : TETHER_READABLE;
}

static bool send_unsent(tether_channel *channel, tether_error *error) {
  tether_buffer *unsent = &channel->unsent;
  if (channel->tls && !tether_tls_drain(channel->tls, unsent, error)) return false;
  while (unsent->length) {
    ssize_t sent = send(channel->fd, unsent->data, unsent->length, MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EINTR || fail(channel, "has gone away", errno, error);
    tether_buffer_cut(unsent, 0, (size_t)sent);
  }
  return true;
}

bool tether_channel_say(tether_channel *channel, const char *data, size_t length, tether_error *error) {
  bool taken = channel->tls ? tether_tls_say(channel->tls, data, length, error)
                            : tether_buffer_add(&channel->unsent, data, length, error);
  return taken && send_unsent(channel, error);
}

static bool hear(tether_channel *channel, const char *data, size_t length, tether_buffer *heard, tether_error *error) {
  if (!channel->tls) return tether_buffer_add(heard, data, length, error);
  if (!tether_tls_hear(channel->tls, data, length, heard, error)) return false;
  return !tether_tls_has_ended(channel->tls) || fail(channel, "has closed the connection", 0, error);
}

static bool receive(tether_channel *channel, tether_buffer *heard, tether_error *error) {
  char piece[PIECE];
  for (;;) {
    ssize_t got = recv(channel->fd, piece, sizeof piece, 0);
    if (got < 0) return errno == EAGAIN || errno == EINTR || fail(channel, "has gone away", errno, error);
    if (got == 0) return fail(channel, "has closed the connection", 0, error);
    if (!hear(channel, piece, (size_t)got, heard, error)) return false;
  }
}

bool tether_channel_move(tether_channel *channel, tether_buffer *heard, tether_error *error) {
  if (channel->fd < 0) return fail(channel, "is not connected to", 0, error);
  if (!channel->connected && !go_on_connecting(channel, error)) return false;
  if (!channel->connected) return true;
  return send_unsent(channel, error) && receive(channel, heard, error) && send_unsent(channel, error);
}
