#include "portal/rules.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/id.h"

static bool custom(const char *name) {
  size_t length = strlen(name);
  if (length == 0 || length >= PORTAL_KEY) return false;
  if (strncmp(name, "2-", 2) == 0) return length > 2 && strspn(name + 2, "0123456789") == length - 2;
  const char *rest = name + 1 + strspn(name + 1, "0123456789");
  if (*name != 'p' || *rest != '_' || !rest[1]) return false;
  for (; *rest; rest++)
    if (!isalnum((unsigned char)*rest) && *rest != '_') return false;
  return true;
}

bool portal_rules_object(const char *name, portal_object *object) {
  object->builtin = tether_object_type_find(name, strlen(name));
  if (!object->builtin && !custom(name)) return false;
  const char *key = !object->builtin ? name : *object->builtin->id ? object->builtin->id : object->builtin->singular;
  snprintf(object->key, sizeof object->key, "%s", key);
  return true;
}

void portal_rules_internal(const portal_object *object, char out[PORTAL_KEY]) {
  snprintf(out, PORTAL_KEY, "%s", portal_rules_singular(object));
  for (char *c = out; *c; c++) *c = (char)toupper((unsigned char)*c);
}

const char *portal_rules_singular(const portal_object *object) {
  return object->builtin ? object->builtin->singular : object->key;
}

const char *portal_rules_map_key(const portal_object *object) {
  if (!object->builtin) return object->key;
  return strcmp(object->builtin->plural, "line_items") == 0 ? "line items" : object->builtin->plural;
}

/* Label texts of hierarchy and billing types are not recorded: their systematic name, with blanks, stands in. */
static void builtin_label(const tether_type *from, char out[PORTAL_TEXT]) {
  *out = '\0';
  if (from->kind == TETHER_UNLABELED) return;
  snprintf(out, PORTAL_TEXT, "%s", from->kind == TETHER_PRIMARY ? "Primary" : from->name);
  for (char *c = out; *c; c++)
    if (*c == '_') *c = ' ';
}

void portal_rules_builtin(const tether_type *from, portal_type *type) {
  memset(type, 0, sizeof *type);
  portal_rules_object(from->from->singular, &type->from);
  portal_rules_object(from->to->singular, &type->to);
  type->id = from->id;
  type->inverse = from->inverse;
  type->plain = from->kind == TETHER_UNLABELED;
  /* One primary a record, seen from the record that is not the company. */
  type->exclusive = from->kind == TETHER_PRIMARY && strstr(from->name, "_to_primary_") &&
                    strcmp(from->from->singular, "company") != 0;
  builtin_label(from, type->label);
}

const char *portal_rules_category(const portal_type *type) { return type->user ? "USER_DEFINED" : "HUBSPOT_DEFINED"; }

void portal_rules_wire_name(const portal_type *type, char out[PORTAL_TEXT]) {
  const tether_type *known = type->user ? NULL : tether_type_by_id(type->id);
  bool sibling = known && tether_type_of_kind(known->from, known->to, TETHER_PRIMARY);
  if (known && known->kind != TETHER_PRIMARY)
    snprintf(out, PORTAL_TEXT, "%s%s", known->name, type->plain && sibling ? "_unlabeled" : "");
  else if (known || type->plain)
    snprintf(out, PORTAL_TEXT, "%s_to_%s", portal_rules_singular(&type->from), portal_rules_singular(&type->to));
  else
    snprintf(out, PORTAL_TEXT, "%s", type->label);
}

bool portal_rules_label_name(const char *name) {
  return *name && !strchr(name, '-') && !isdigit((unsigned char)*name) && strlen(name) < PORTAL_TEXT;
}

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void portal_rules_cursor(int64_t id, char out[PORTAL_CURSOR]) {
  unsigned char text[24] = {0};
  int length = snprintf((char *)text, sizeof text, "%" PRId64, id);
  for (int i = 0; i < length; i += 3) {
    unsigned group = (unsigned)text[i] << 16 | (unsigned)text[i + 1] << 8 | text[i + 2];
    *out++ = digits[group >> 18];
    *out++ = digits[group >> 12 & 63];
    if (i + 1 < length) *out++ = digits[group >> 6 & 63];
    if (i + 2 < length) *out++ = digits[group & 63];
  }
  for (int pad = (3 - length % 3) % 3; pad > 0; pad--, out += 3) memcpy(out, "%3D", 3);
  *out = '\0';
}

bool portal_rules_cursor_read(const char *cursor, int64_t *id) {
  char text[24];
  size_t length = 0;
  unsigned bits = 0, count = 0;
  for (; *cursor && *cursor != '=' && *cursor != '%'; cursor++) {
    const char *digit = strchr(digits, *cursor);
    if (!digit || length >= sizeof text) return false;
    bits = bits << 6 | (unsigned)(digit - digits);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    text[length++] = (char)(bits >> count & 255);
  }
  return tether_id_parse(text, length, id);
}
