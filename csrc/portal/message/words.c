#include "portal/message/words.h"

#include <ctype.h>
#include <stddef.h>

void portal_words(const char *name, char out[PORTAL_WORDS]) {
  size_t i = 0;
  for (; name[i] && i + 1 < PORTAL_WORDS; i++) out[i] = name[i] == '_' ? ' ' : name[i];
  out[i] = '\0';
  out[0] = (char)toupper((unsigned char)out[0]);
}
