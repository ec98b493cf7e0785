/* Grants: where a session gets leave to send. One interface has two sources: a quota in a file or in memory
 * (folder.h), and one that machines share by Redis (core/purse), which the session does not know by name.
 *
 * A call takes a slot before it is sent, and gives it back by answered or drop. One thread at a time. */
#ifndef TETHER_GRANTS_H
#define TETHER_GRANTS_H
#include "core/pace/quota.h"

/* What is known of the account's limits; -1: nothing. Times on the monotonic clock. */
typedef struct tether_known {
  int64_t window_ms, window_most, window_left, daily, daily_left;
  int64_t day_end_ms, round_trip_ms; /* 0: unknown */
} tether_known;

/* How it stands with those who share. */
typedef struct tether_sharing {
  const char *through; /* "folder", "redis"; NULL: this process alone. Borrowed */
  const char *where;   /* the folder, the server; "" for none. Borrowed */
  const char *problem; /* why it is not shared now; "": it is. Borrowed */
  tether_code code;    /* of the problem */
  int64_t asks, losses;
  int64_t owners; /* who share, this one included; 0: unknown */
  bool starting;  /* it is not known yet whether it can be shared */
} tether_sharing;

/* Requests that wait, by kind: single calls, searches, batches. */
typedef struct tether_waiting {
  size_t singles, searches, batches;
} tether_waiting;

typedef struct tether_grants tether_grants;
typedef struct tether_grants_kind { /* who implements it names its functions so, and lists them in this order */
  /* Whose quota it is; may be called once more, when the first token is known. False: FILE_FAILED, NO_MEMORY. */
  bool (*join)(tether_grants *grants, const char *url, const char *secret, tether_error *error);
  void (*expect)(tether_grants *grants, const tether_waiting *waiting, int64_t now_ms);
  /* As tether_quota_take. TETHER_REFUSED fills `error`. */
  tether_verdict (*take)(tether_grants *grants, const tether_ask *ask, int64_t now_ms, uint32_t *number,
                         int64_t *until_ms, tether_error *error);
  void (*answered)(tether_grants *grants, uint32_t number, const tether_heard *heard, int64_t now_ms);
  void (*drop)(tether_grants *grants, uint32_t number);
  void (*day_ends)(tether_grants *grants, int64_t at_ms);
  bool (*known)(tether_grants *grants, tether_known *known, int64_t now_ms); /* false: not just now */
  void (*sharing)(tether_grants *grants, tether_sharing *sharing);
  void (*free)(tether_grants *grants, bool abandon); /* abandon: in a forked child */
  /* Both or neither: a source that waits for nobody has NULL. */
  int (*fd)(const tether_grants *grants);                 /* readable: step; -1: none */
  int64_t (*step)(tether_grants *grants, int64_t now_ms); /* when to step again at the latest; -1: no need */
} tether_grants_kind;

struct tether_grants {
  const tether_grants_kind *kind;
};
#endif
