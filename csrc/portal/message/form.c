#include "portal/message/form.h"

#include <stdlib.h>
#include <string.h>

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = (char)(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool portal_percent_decode(char *text, const char *end, bool plus_is_blank) {
  char *out = text;
  for (const char *at = text; at < end; at++) {
    if (*at == '%') {
      int high = end - at > 2 ? hex_digit(at[1]) : -1, low = high < 0 ? -1 : hex_digit(at[2]);
      if (low < 0 || high * 16 + low == 0) return false;
      *out++ = (char)(high * 16 + low);
      at += 2;
    } else {
      *out++ = *at == '+' && plus_is_blank ? ' ' : *at;
    }
  }
  *out = '\0';
  return true;
}

bool portal_form_read(portal_form *form, const char *text, size_t length) {
  bool fine = true;
  form->count = 0;
  form->text = malloc(length + 1);
  if (!form->text) return false;
  if (length) memcpy(form->text, text, length);
  form->text[length] = '\0';
  for (char *at = form->text, *rest; at && fine; at = rest) {
    rest = strchr(at, '&');
    if (rest) *rest++ = '\0';
    char *value = strchr(at, '=');
    if (value) *value++ = '\0';
    fine = form->count < PORTAL_FORM_MOST && portal_percent_decode(at, at + strlen(at), true) &&
           (!value || portal_percent_decode(value, value + strlen(value), true));
    if (!fine || !*at) continue;
    form->pairs[form->count].name = at;
    form->pairs[form->count++].value = value ? value : "";
  }
  return fine;
}

void portal_form_free(portal_form *form) {
  free(form->text);
  *form = (portal_form){.text = NULL};
}

const char *portal_form_value(const portal_form *form, const char *name) {
  for (size_t i = 0; i < form->count; i++)
    if (strcmp(form->pairs[i].name, name) == 0) return form->pairs[i].value;
  return NULL;
}
