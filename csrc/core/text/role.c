#include "core/text/role.h"

#include <string.h>

#include "core/text/blanks.h"

static const char *const names[TETHER_ROLES] = {
#define TETHER_ROLE_ROW(name, lua) [TETHER_ROLE_##name] = lua,
    TETHER_ROLE_TABLE(TETHER_ROLE_ROW)
#undef TETHER_ROLE_ROW
};

tether_role tether_role_find(const char *name) {
  int role = 0;
  while (role < TETHER_ROLES && strcmp(names[role], name) != 0) role++;
  return (tether_role)role;
}

bool tether_role_is_type_name(tether_slice text) {
  bool has_to = false;
  for (size_t i = 0; i < text.length; i++) {
    char c = text.data[i];
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
    has_to = has_to || (i > 0 && i + 4 < text.length && memcmp(text.data + i, "_to_", 4) == 0);
  }
  return has_to;
}

bool tether_role_add_type(tether_buffer *key, tether_slice category, tether_slice id, tether_error *error) {
  id = tether_trim_invisible(id);
  category = tether_trim_invisible(category);
  if (id.length == 0) return true;
  if (category.length == 0) return tether_typekey_add(key, TETHER_ITEM_ID, id, error);
  return tether_typekey_add_spec(key, category, id, error);
}
