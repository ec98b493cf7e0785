/* Guests: the connections that are open, so that they can be ended before the server is.
 *
 * libmicrohttpd 0.9.75 may use a response that does not exist when it refuses a request while its daemon is being
 * stopped. So no connection may be open at that time. */
#ifndef TETHER_PORTAL_GUESTS_H
#define TETHER_PORTAL_GUESTS_H
#include <microhttpd.h>
#include <pthread.h>

struct portal_guest;

typedef struct portal_guests {
  pthread_mutex_t lock;
  pthread_cond_t gone; /* one has ended */
  struct portal_guest *first;
} portal_guests;

void portal_guests_init(portal_guests *guests);
void portal_guests_destroy(portal_guests *guests); /* of a daemon that is stopped */

/* libmicrohttpd's MHD_OPTION_NOTIFY_CONNECTION; `guests` is a portal_guests. */
void portal_guests_note(void *guests, struct MHD_Connection *connection, void **context,
                        enum MHD_ConnectionNotificationCode code);

/* Ends all connections, and waits until they are gone, at most a second. No new one may come. */
void portal_guests_end(portal_guests *guests);
#endif
