#include "core/redis/fault.h"

#include <string.h>

/* How a reply begins, and what is said of it. Longer beginnings stand before shorter ones. The beginnings are those of
 * Redis 7.0.15, in its sources and from its replies. */
static const struct {
  const char *beginning;
  tether_code code;
  const char *text;
} faults[] = {
    {"NOAUTH", TETHER_REDIS_FAILED,
     "wants a password: put it into $TETHER_REDIS_PASSWORD, or name its file in $TETHER_REDIS_PASSWORD_FILE"},
    {"WRONGPASS", TETHER_REDIS_FAILED,
     "does not take this user and password: correct the user in the address, and $TETHER_REDIS_PASSWORD or the "
     "file that $TETHER_REDIS_PASSWORD_FILE names"},
    {"ERR AUTH <password> called without any password", TETHER_REDIS_FAILED,
     "has no password, and one was given: take $TETHER_REDIS_PASSWORD and $TETHER_REDIS_PASSWORD_FILE away"},
    {"NOPERM", TETHER_REDIS_FAILED, "does not let this user do that: grant the rights that the guide Sharing names"},
    {"ERR The user executing the script", TETHER_REDIS_FAILED,
     "does not let this user do that: grant the rights that the guide Sharing names"},
    {"OOM", TETHER_REDIS_FAILED, "is full: raise its maxmemory, or remove keys"},
    {"MISCONF", TETHER_REDIS_FAILED, "takes no writes since it cannot save to its disk: look at its log"},
    {"READONLY", TETHER_REDIS_FAILED, "is a read-only replica: name the server that it follows"},
    {"NOREPLICAS", TETHER_REDIS_FAILED,
     "takes no writes without its replicas: start them, or lower min-replicas-to-write"},
    {"ABSURD", TETHER_REDIS_FAILED,
     "has a number under a name of ours that no Tether writes: delete that key, all is told anew then"},
    {"WRONGTYPE", TETHER_REDIS_FAILED,
     "has a key of another type under a name of ours: choose another database, or delete it if nobody needs it"},
    {"MOVED", TETHER_REDIS_FAILED, "is part of a cluster: name a server of its own"},
    {"CROSSSLOT", TETHER_REDIS_FAILED, "is part of a cluster: name a server of its own"},
    {"CLUSTERDOWN", TETHER_REDIS_FAILED, "is part of a cluster: name a server of its own"},
    {"ERR DB index", TETHER_REDIS_FAILED, "has no such database: correct the number in the address"},
    {"ERR unknown command", TETHER_REDIS_FAILED, "does not know a command that is needed: take Redis 6.2 or newer"},
    {"ERR max number of clients", TETHER_REDIS_LOST, "has as many clients as it takes: raise its maxclients"},
    {"LOADING", TETHER_REDIS_LOST, "is still loading its data: wait until it has"},
    {"BUSY ", TETHER_REDIS_LOST, "is busy with somebody's script: wait until that has ended"},
    {"MASTERDOWN", TETHER_REDIS_LOST, "is a replica without its master: name the server that it follows"},
};

bool tether_redis_fault(const char *server, const char *reply, tether_error *error) {
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
    if (strncmp(reply, faults[i].beginning, strlen(faults[i].beginning)) == 0)
      return tether_fail(error, faults[i].code, "Redis at %.200s %s (%.100s)", server, faults[i].text, reply);
  return tether_fail(error, TETHER_REDIS_FAILED, "Redis at %.200s refuses: %.200s", server, reply);
}
