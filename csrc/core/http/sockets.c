#include "core/http/sockets.h"

#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buffer.h"

static bool remember(tether_sockets *sockets, int fd) {
  if (!tether_grow(&sockets->list, &sockets->capacity, sockets->count + 1, sizeof *sockets->list)) return false;
  sockets->list[sockets->count++] = fd;
  return true;
}

static curl_socket_t on_open(void *user, curlsocktype purpose, struct curl_sockaddr *address) {
  (void)purpose;
  int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (fd < 0) return CURL_SOCKET_BAD;
  if (remember(user, fd)) return fd;
  close(fd);
  return CURL_SOCKET_BAD;
}

static int on_close(void *user, curl_socket_t fd) {
  tether_sockets *sockets = user;
  for (size_t i = 0; i < sockets->count; i++)
    if (sockets->list[i] == fd) sockets->list[i] = sockets->list[--sockets->count];
  return close(fd);
}

bool tether_sockets_serve(tether_sockets *sockets, CURL *easy) {
  return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, sockets) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, sockets) == CURLE_OK;
}

bool tether_sockets_know(const tether_sockets *sockets, int fd) {
  for (size_t i = 0; i < sockets->count; i++)
    if (sockets->list[i] == fd) return true;
  return false;
}

void tether_sockets_close(tether_sockets *sockets) {
  while (sockets->count) close(sockets->list[--sockets->count]);
}

void tether_sockets_free(tether_sockets *sockets) { free(sockets->list); }

void tether_sockets_seal(int first, int other) {
  const int both[] = {first, other};
  for (size_t i = 0; i < 2; i++) {
    struct sockaddr_un name;
    socklen_t length = sizeof name;
    bool ours = getsockname(both[i], (struct sockaddr *)&name, &length) == 0 && name.sun_family == AF_UNIX &&
                length == sizeof name.sun_family;
    if (ours) fcntl(both[i], F_SETFD, FD_CLOEXEC);
  }
}

/* The next two descriptors are the lowest that are free. */
CURLM *tether_sockets_multi(void) {
  int first = open("/dev/null", O_RDONLY | O_CLOEXEC), other = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (first >= 0) close(first);
  if (other >= 0) close(other);
  CURLM *multi = curl_multi_init();
  if (multi) tether_sockets_seal(first, other);
  return multi;
}

/* The kernel's own figure. A time that we measured between two looks at a socket would be longer whenever other
 * programs keep this one from running. */
int64_t tether_sockets_round_trip_ms(CURL *easy) {
  curl_socket_t socket = CURL_SOCKET_BAD;
  struct tcp_info facts;
  socklen_t length = sizeof facts;
  memset(&facts, 0, sizeof facts);
  if (curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK || socket == CURL_SOCKET_BAD) return 0;
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &facts, &length) != 0) return 0;
  return length > offsetof(struct tcp_info, tcpi_min_rtt) ? facts.tcpi_min_rtt / 1000 : 0;
}
