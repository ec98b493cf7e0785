#include "portal/server/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WAITING_MOST = 128 }; /* connections that nobody has taken yet */

static const char *cause(int number) {
  switch (number) {
  case EADDRINUSE:
    return "another program listens there already";
  case EACCES:
    return "ports below 1024 are the superuser's";
  case EADDRNOTAVAIL:
    return "no network of this machine has the address";
  default:
    return strerror(number);
  }
}

static bool bind_to(int fd, struct sockaddr_in *address) {
  int on = 1;
  socklen_t length = sizeof *address;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on,
             sizeof on); /* a port can be taken again at once, although connections of an ended portal linger */
  return bind(fd, (struct sockaddr *)address, sizeof *address) == 0 && listen(fd, WAITING_MOST) == 0 &&
         getsockname(fd, (struct sockaddr *)address, &length) == 0;
}

int portal_listen(struct sockaddr_in *address, tether_error *error) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd >= 0 && bind_to(fd, address)) return fd;
  char host[INET_ADDRSTRLEN] = "";
  int number = errno;
  if (fd >= 0) close(fd);
  inet_ntop(AF_INET, &address->sin_addr, host, sizeof host);
  tether_fail(error, TETHER_PORT_FAILED, "cannot listen on %s:%u: %s", host, ntohs(address->sin_port), cause(number));
  return -1;
}
