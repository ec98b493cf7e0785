/* Words: what people read of a name. */
#ifndef TETHER_PORTAL_WORDS_H
#define TETHER_PORTAL_WORDS_H

enum { PORTAL_WORDS = 100 };

/* "line_items" -> "Line items". */
void portal_words(const char *name, char out[PORTAL_WORDS]);
#endif
