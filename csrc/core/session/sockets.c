#include "core/session/sockets.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static bool remember(tether_sockets *sockets, int fd) {
  if (sockets->count == sockets->capacity) {
    size_t capacity = sockets->capacity ? sockets->capacity * 2 : 16;
    int *list = realloc(sockets->list, capacity * sizeof *list);
    if (!list) return false;
    sockets->list = list;
    sockets->capacity = capacity;
  }
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

void tether_sockets_close(tether_sockets *sockets) {
  while (sockets->count) close(sockets->list[--sockets->count]);
}

void tether_sockets_free(tether_sockets *sockets) { free(sockets->list); }
