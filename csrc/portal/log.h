/* Log: the requests that a portal got, in order, without their Authorization header.
 *
 * The server's thread adds; the owner's thread reads and clears. An entry lives until the owner clears or frees. */
#ifndef TETHER_PORTAL_LOG_H
#define TETHER_PORTAL_LOG_H
#include <stdbool.h>
#include <stddef.h>

enum { PORTAL_LOG_CEILING = 100000 }; /* entries; what comes after is answered, but not kept */

typedef struct portal_log portal_log;

typedef struct portal_log_entry {
  char *method, *path; /* path with its query, as it came */
  char *headers;       /* "name: value\n" each */
  char *body;          /* body_length bytes, not terminated */
  size_t body_length;
  int status;
} portal_log_entry;

portal_log *portal_log_new(void);
void portal_log_free(portal_log *log);

/* Copies the entry; without memory, or above the ceiling, nothing is kept. */
void portal_log_add(portal_log *log, const portal_log_entry *entry);

size_t portal_log_count(portal_log *log);
const portal_log_entry *portal_log_at(portal_log *log, size_t index); /* index < count */
void portal_log_clear(portal_log *log);
#endif
