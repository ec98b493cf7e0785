/* Call: one request of a session, through all its attempts; and the lists that it stands in. */
#ifndef TETHER_CALL_H
#define TETHER_CALL_H
#include "core/pace/quota.h"
#include "core/pace/retry.h"
#include "core/session/session.h"

/* Where a call is. It is in the list of that name. */
typedef enum tether_place {
  TETHER_IN_SINGLES, /* waiting to be sent, in this order */
  TETHER_IN_SEARCHES,
  TETHER_IN_BULK,
  TETHER_IN_FLIGHT,
  TETHER_IN_PAUSE, /* to be sent again at due_ms; sorted by it */
  TETHER_IN_SETTLED,
  TETHER_PLACES
} tether_place;

typedef struct tether_call {
  struct tether_call *next, *before;
  tether_place place, lane;
  int64_t ticket, due_ms;
  int64_t asked_ms;          /* when it was submitted */
  uint32_t slot, generation; /* of the quota; of the token */
  bool renewed;              /* another token was fetched for it */
  bool internal;             /* OAuth's refresh: nobody takes its answer */
  bool reads_links;          /* while the answer comes */
  bool bare;                 /* without the token, so that a 401 tells nothing of it */
  bool secret;               /* its body has a token in it: never shown, and wiped */
  tether_history history;
  tether_content content;
  tether_buffer body;
  tether_answer *answer; /* when settled */
  char method[8];
  char operation[32];
  char path[]; /* terminated */
} tether_call;

typedef struct tether_calls {
  tether_call *first[TETHER_PLACES], *last[TETHER_PLACES];
  size_t count[TETHER_PLACES];
} tether_calls;

/* What has happened to a request that is not sent yet: nothing, or the attempts before its answer could not be read. */
tether_history tether_call_history(const tether_request *request);

/* A call that is in no list yet; the body is taken over. NULL: NO_MEMORY, BAD_ARGUMENT. */
tether_call *tether_call_new(const tether_request *request, tether_history history, tether_error *error);
void tether_call_free(tether_call *call); /* of one in no list; its answer and body as well. NULL is fine */

void tether_calls_add(tether_calls *calls, tether_call *call, tether_place place);
void tether_calls_move(tether_calls *calls, tether_call *call, tether_place place); /* behind the others there */
void tether_calls_return(tether_calls *calls, tether_call *call);                   /* to the front of its lane */
void tether_calls_remove(tether_calls *calls, tether_call *call);
tether_call *tether_calls_find(const tether_calls *calls, int64_t ticket); /* NULL: none that is under way */

#endif
