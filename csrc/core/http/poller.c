#include "core/http/poller.h"

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
  int64_t alarms_ms[TETHER_ALARMS]; /* on the monotonic clock; -1: not armed */
  int64_t armed_ms;                 /* what the timer is set to */
};

enum { BATCH = 64 }; /* events of one call of epoll_wait */

tether_poller *tether_poller_new(tether_error *error) {
  tether_poller *poller = malloc(sizeof *poller);
  if (!poller) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory for a poller");
    return NULL;
  }
  for (int i = 0; i < TETHER_ALARMS; i++) poller->alarms_ms[i] = -1;
  poller->armed_ms = -1;
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
  /* libcurl forgets a socket after each answer, so most are new here. */
  if (epoll_ctl(poller->epoll, EPOLL_CTL_ADD, fd, &event) == 0) return true;
  return errno == EEXIST && epoll_ctl(poller->epoll, EPOLL_CTL_MOD, fd, &event) == 0;
}

static int64_t first_alarm(const tether_poller *poller) {
  int64_t first = -1;
  for (int i = 0; i < TETHER_ALARMS; i++)
    if (poller->alarms_ms[i] >= 0 && (first < 0 || poller->alarms_ms[i] < first)) first = poller->alarms_ms[i];
  return first;
}

/* One timer for all: it is set to the first of them. */
static bool arm(tether_poller *poller) {
  struct itimerspec when = {0};
  int64_t first = first_alarm(poller);
  if (first == poller->armed_ms) return true;
  if (first >= 0) {
    int64_t at = first > 0 ? first : 1; /* all zero would disarm it */
    when.it_value.tv_sec = at / 1000;
    when.it_value.tv_nsec = at % 1000 * 1000000;
  }
  poller->armed_ms = first;
  return timerfd_settime(poller->timer, TFD_TIMER_ABSTIME, &when, NULL) == 0;
}

bool tether_poller_alarm(tether_poller *poller, tether_alarm which, int64_t delay_ms) {
  /* Rounded up: libcurl does not set an alarm anew that rings a moment too early. */
  poller->alarms_ms[which] = delay_ms >= 0 ? tether_clock_ms() + delay_ms + (delay_ms > 0) : -1;
  return arm(poller);
}

int64_t tether_poller_timeout_ms(const tether_poller *poller) {
  int64_t first = first_alarm(poller);
  if (first < 0) return -1;
  int64_t left = first - tether_clock_ms();
  return left > 0 ? left : 0;
}

int tether_poller_fd(const tether_poller *poller) { return poller->epoll; }

static tether_ready translate(const struct epoll_event *event) {
  tether_ready ready = {.fd = event->data.fd};
  if (event->events & (EPOLLIN | EPOLLHUP | EPOLLERR)) ready.events |= TETHER_READABLE;
  if (event->events & (EPOLLOUT | EPOLLERR)) ready.events |= TETHER_WRITABLE;
  return ready;
}

/* The timer has run out: the alarms that are due are disarmed. True: libcurl's is among them. */
static bool ring(tether_poller *poller) {
  uint64_t expirations;
  int64_t now_ms = tether_clock_ms();
  if (read(poller->timer, &expirations, sizeof expirations) > 0) poller->armed_ms = -1;
  bool curl = poller->alarms_ms[TETHER_ALARM_CURL] >= 0 && poller->alarms_ms[TETHER_ALARM_CURL] <= now_ms;
  for (int i = 0; i < TETHER_ALARMS; i++)
    if (poller->alarms_ms[i] <= now_ms) poller->alarms_ms[i] = -1;
  arm(poller);
  return curl;
}

size_t tether_poller_wait(tether_poller *poller, int64_t wait_ms, tether_ready *ready, size_t capacity) {
  struct epoll_event events[BATCH];
  int timeout = wait_ms < 0 ? -1 : wait_ms > INT_MAX ? INT_MAX : (int)wait_ms;
  int count = epoll_wait(poller->epoll, events, capacity < BATCH ? (int)capacity : BATCH, timeout);
  size_t found = 0;
  for (int i = 0; i < count; i++) {
    if (events[i].data.fd != poller->timer)
      ready[found++] = translate(&events[i]);
    else if (ring(poller))
      ready[found++] = (tether_ready){.fd = -1};
  }
  return found;
}
