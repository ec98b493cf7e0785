#include "portal/server/guests.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

typedef struct portal_guest {
  struct portal_guest *next, *before;
  int fd;
} guest;

void portal_guests_init(portal_guests *guests) {
  pthread_mutex_init(&guests->lock, NULL);
  pthread_cond_init(&guests->gone, NULL);
  guests->first = NULL;
}

void portal_guests_destroy(portal_guests *guests) {
  pthread_mutex_destroy(&guests->lock);
  pthread_cond_destroy(&guests->gone);
}

/* Notes a connection. When there is no memory for the note, the connection ends with the daemon and not before. */
static void add(portal_guests *guests, int fd, void **context) {
  guest *arrival = malloc(sizeof *arrival);
  *context = arrival;
  if (!arrival) return;
  pthread_mutex_lock(&guests->lock);
  *arrival = (guest){.next = guests->first, .fd = fd};
  if (arrival->next) arrival->next->before = arrival;
  guests->first = arrival;
  pthread_mutex_unlock(&guests->lock);
}

/* Forgets a connection. Its descriptor is still open here: libmicrohttpd closes it afterwards. */
static void take_out(portal_guests *guests, guest *arrival) {
  if (!arrival) return;
  pthread_mutex_lock(&guests->lock);
  if (arrival->next) arrival->next->before = arrival->before;
  *(arrival->before ? &arrival->before->next : &guests->first) = arrival->next;
  pthread_cond_signal(&guests->gone);
  pthread_mutex_unlock(&guests->lock);
  free(arrival);
}

void portal_guests_note(void *guests, struct MHD_Connection *connection, void **context,
                        enum MHD_ConnectionNotificationCode code) {
  if (code == MHD_CONNECTION_NOTIFY_STARTED)
    add(guests, MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd, context);
  else
    take_out(guests, *context);
}

void portal_guests_end(portal_guests *guests) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec++;
  pthread_mutex_lock(&guests->lock);
  for (const guest *arrival = guests->first; arrival; arrival = arrival->next) shutdown(arrival->fd, SHUT_RDWR);
  while (guests->first && pthread_cond_timedwait(&guests->gone, &guests->lock, &until) == 0) continue;
  pthread_mutex_unlock(&guests->lock);
}
