#include "core/session/poller.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"

struct tether_poller {
  int epoll, timer;
  int64_t alarm_ms; /* on the monotonic clock; -1: not armed */
};

enum { BATCH = 64 };

tether_poller *tether_poller_new(tether_error *error) {
  tether_poller *poller = malloc(sizeof *poller);
  if (!poller) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory for a poller");
    return NULL;
  }
  poller->alarm_ms = -1;
  poller->epoll = epoll_create1(EPOLL_CLOEXEC);
  poller->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = poller->timer};
  if (poller->epoll < 0 || poller->timer < 0 || epoll_ctl(poller->epoll, EPOLL_CTL_ADD, poller->timer, &event) != 0) {
    tether_fail(error, TETHER_NO_MEMORY, "cannot open an epoll descriptor: %s", strerror(errno));
    tether_poller_free(poller);
    return NULL;
  }
  return poller;
}

void tether_poller_free(tether_poller *poller) {
  if (!poller) return;
  if (poller->timer >= 0) close(poller->timer);
  if (poller->epoll >= 0) close(poller->epoll);
  free(poller);
}

bool tether_poller_watch(tether_poller *poller, int fd, unsigned events) {
  struct epoll_event event = {.data.fd = fd};
  if (events & TETHER_READABLE) event.events |= EPOLLIN;
  if (events & TETHER_WRITABLE) event.events |= EPOLLOUT;
  if (events == 0) { /* libcurl may have closed it already: then epoll has forgotten it */
    epoll_ctl(poller->epoll, EPOLL_CTL_DEL, fd, NULL);
    return true;
  }
  if (epoll_ctl(poller->epoll, EPOLL_CTL_MOD, fd, &event) == 0) return true;
  return errno == ENOENT && epoll_ctl(poller->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

bool tether_poller_alarm(tether_poller *poller, int64_t delay_ms) {
  struct itimerspec when = {0};
  if (delay_ms >= 0) {
    when.it_value.tv_sec = delay_ms / 1000;
    when.it_value.tv_nsec = delay_ms % 1000 * 1000000;
    if (delay_ms == 0) when.it_value.tv_nsec = 1; /* all zero would disarm it */
  }
  poller->alarm_ms = delay_ms >= 0 ? tether_clock_ms() + delay_ms : -1;
  return timerfd_settime(poller->timer, 0, &when, NULL) == 0;
}

int64_t tether_poller_timeout_ms(const tether_poller *poller) {
  if (poller->alarm_ms < 0) return -1;
  int64_t left = poller->alarm_ms - tether_clock_ms();
  return left > 0 ? left : 0;
}

int tether_poller_fd(const tether_poller *poller) { return poller->epoll; }

static tether_ready translate(tether_poller *poller, const struct epoll_event *event) {
  tether_ready ready = {.fd = event->data.fd};
  if (ready.fd == poller->timer) {
    uint64_t expirations;
    if (read(poller->timer, &expirations, sizeof expirations) > 0) poller->alarm_ms = -1;
    return (tether_ready){.fd = -1};
  }
  if (event->events & (EPOLLIN | EPOLLHUP | EPOLLERR)) ready.events |= TETHER_READABLE;
  if (event->events & (EPOLLOUT | EPOLLERR)) ready.events |= TETHER_WRITABLE;
  return ready;
}

size_t tether_poller_wait(tether_poller *poller, int64_t wait_ms, tether_ready *ready, size_t capacity) {
  struct epoll_event events[BATCH];
  int timeout = wait_ms < 0 ? -1 : wait_ms > INT_MAX ? INT_MAX : (int)wait_ms;
  int count = epoll_wait(poller->epoll, events, capacity < BATCH ? (int)capacity : BATCH, timeout);
  for (int i = 0; i < count; i++) ready[i] = translate(poller, &events[i]);
  return count > 0 ? (size_t)count : 0;
}
