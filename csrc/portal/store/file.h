/* File: the file that keeps an account: opened for this portal alone, and only when it is one. */
#ifndef TETHER_PORTAL_FILE_H
#define TETHER_PORTAL_FILE_H
#include "base/sql.h"

enum {
  PORTAL_FILE_MARK = 1413829704, /* application_id of our files: "TETH" */
  PORTAL_FILE_LINKS = 2,         /* user_version: 1, which was not written, had a row for each link and direction */
  PORTAL_FILE_VERSION = 3        /* since 3 the facets are those of all records */
};

/* Opens the file, or makes it; ":memory:" and "" are none. Nobody else can open it from now on. What is in it may be of
 * version 1. NULL: SQL_FAILED, with the cause in words: no such folder, in use and by whom, read-only, of other
 * software (which is left as it is), of a newer version; NO_MEMORY. */
tether_sql *portal_file_open(const char *path, tether_error *error);

/* Whether its links are those of version 1. */
bool portal_file_is_former(tether_sql *sql);
#endif
