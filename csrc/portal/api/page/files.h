/* Files: what the page is made of, from the folder csrc/portal/page, in the binary. */
#ifndef TETHER_PORTAL_FILES_H
#define TETHER_PORTAL_FILES_H
#include <stddef.h>

typedef struct portal_file {
  const char *name, *type; /* "app.js", its content type */
  const unsigned char *data;
  size_t length;
} portal_file;

/* NULL: there is no such file. */
const portal_file *portal_file_named(const char *name);
#endif
