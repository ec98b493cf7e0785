#include "portal/api/quick.h"

#include <string.h>

#include "base/id.h"

static const char *skip_blanks(const char *at, const char *end) {
  while (at < end && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r')) at++;
  return at;
}

/* Behind a sign, and the blanks around it; NULL: it is another one. */
static const char *pass(const char *at, const char *end, char sign) {
  if (!at) return NULL;
  at = skip_blanks(at, end);
  return at < end && *at == sign ? skip_blanks(at + 1, end) : NULL;
}

/* Behind a field's name in quotes and its colon. */
static const char *pass_name(const char *at, const char *end, const char *name) {
  size_t length = strlen(name);
  if (!at || (size_t)(end - at) < length + 2 || *at != '"' || memcmp(at + 1, name, length) != 0) return NULL;
  return at[length + 1] == '"' ? pass(at + length + 2, end, ':') : NULL;
}

static const char *read_id(const char *at, const char *end, portal_id *id) {
  if (!at || at == end) return NULL;
  bool quoted = *at == '"';
  if (quoted) at++;
  size_t digits = tether_id_scan(at, (size_t)(end - at), &id->value);
  const char *behind = at + digits;
  bool whole = digits && digits < sizeof id->text && behind < end &&
               (quoted ? *behind == '"' : strchr(" \t\r\n,}", *behind) && *behind);
  if (!whole) return NULL;
  memcpy(id->text, at, digits);
  id->text[digits] = '\0';
  return behind + quoted;
}

const char *portal_quick_ref(const char *at, const char *end, portal_id *id) {
  at = pass_name(pass(at, end, '{'), end, "id");
  at = pass(read_id(at, end, id), end, '}');
  return at;
}

/* Behind a list; its strings must be free of escapes. */
static const char *pass_list(const char *at, const char *end) {
  size_t depth = 0;
  if (!at || at == end || *at != '[') return NULL;
  for (; at < end; at++) {
    if (*at == '"') {
      const char *close = memchr(at + 1, '"', (size_t)(end - at - 1));
      if (!close || memchr(at + 1, '\\', (size_t)(close - at - 1))) return NULL;
      at = close;
    } else if (*at == '[') {
      depth++;
    } else if (*at == ']' && --depth == 0) {
      return at + 1;
    }
  }
  return NULL;
}

enum { FROM = 1, TO = 2, TYPES = 4, ALL = 7 };

/* One of the three fields; it is marked in `seen`. */
static const char *read_field(const char *at, const char *end, portal_quick_link *link, unsigned *seen) {
  const char *behind;
  unsigned field = FROM;
  if ((behind = pass_name(at, end, "from"))) {
    behind = portal_quick_ref(behind, end, &link->from);
  } else if ((behind = pass_name(at, end, "to"))) {
    field = TO;
    behind = portal_quick_ref(behind, end, &link->to);
  } else if ((behind = pass_name(at, end, "types"))) {
    field = TYPES;
    link->types = behind;
    behind = pass_list(behind, end);
    link->length = behind ? (size_t)(behind - link->types) : 0;
  }
  if (*seen & field) return NULL;
  *seen |= field;
  return behind;
}

const char *portal_quick_read(const char *at, const char *end, portal_quick_link *link) {
  unsigned seen = 0;
  at = pass(at, end, '{');
  while (at) {
    at = read_field(at, end, link, &seen);
    if (!at || seen == ALL) break;
    at = pass(at, end, ',');
  }
  return pass(at, end, '}');
}
