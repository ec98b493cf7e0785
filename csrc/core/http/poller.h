/* Poller: many sockets and some alarms behind one file descriptor, so that a foreign loop needs to watch one only.
 *
 * epoll and timerfd; Linux. Times are milliseconds. One thread at a time. */
#ifndef TETHER_POLLER_H
#define TETHER_POLLER_H
#include "base/error.h"

typedef struct tether_poller tether_poller;

enum { TETHER_READABLE = 1, TETHER_WRITABLE = 2 };

/* Who has set an alarm. libcurl's alarm is reported as ready; those of the session and of its host only end a wait. */
typedef enum tether_alarm { TETHER_ALARM_CURL, TETHER_ALARM_SESSION, TETHER_ALARM_HOST, TETHER_ALARMS } tether_alarm;

typedef struct tether_ready {
  int fd; /* -1: libcurl's alarm has run out */
  unsigned events;
} tether_ready;

tether_poller *tether_poller_new(tether_error *error); /* NULL: NO_MEMORY, also without descriptors left */
void tether_poller_free(tether_poller *poller);        /* NULL is fine */

/* Watches `fd` for these events from now on; 0 forgets it. */
bool tether_poller_watch(tether_poller *poller, int fd, unsigned events);

/* Arms an alarm to run out in `delay_ms` (0: at once); -1 disarms it. */
bool tether_poller_alarm(tether_poller *poller, tether_alarm which, int64_t delay_ms);

/* Milliseconds until the first alarm runs out, -1: none is armed. */
int64_t tether_poller_timeout_ms(const tether_poller *poller);

/* Readable when something is ready, the alarms included. Owned by the poller. */
int tether_poller_fd(const tether_poller *poller);

/* Waits up to `wait_ms` (-1: for ever) and fills `ready`; returns how many, 0 when the time is over or a signal came.
 */
size_t tether_poller_wait(tether_poller *poller, int64_t wait_ms, tether_ready *ready, size_t capacity);

#endif
