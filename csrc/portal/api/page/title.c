#include "portal/api/page/title.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "portal/message/words.h"

enum { LINE = 120 }; /* bytes of a title: longer ones are shown in full with the record */

/* The properties that name a record, tried in this order; behind them those that tell records of one name apart. */
static const char *const names[] = {"name", "dealname", "subject", "hs_title", "hs_lead_name", "title", "hs_name"};
static const char *const details[] = {"email", "domain", "phone", "amount", "dealstage", "hs_pipeline_stage", "city"};

static const char *text_of(const json_t *properties, const char *name) {
  const char *text = json_string_value(json_object_get(properties, name));
  return text && *text ? text : NULL;
}

static const char *first_of(const json_t *properties, const char *const list[], size_t count) {
  for (size_t i = 0; i < count; i++) {
    const char *text = text_of(properties, list[i]);
    if (text) return text;
  }
  return NULL;
}

/* Cut in front of a letter that does not fit. */
static json_t *line(const char *text) {
  size_t length = strlen(text);
  if (length <= LINE) return json_string(text);
  char cut[LINE + 4];
  size_t fine = tether_utf8_bad(text, LINE);
  snprintf(cut, sizeof cut, "%.*s…", (int)fine, text);
  return json_string(cut);
}

static json_t *title(const json_t *properties) {
  char both[2 * LINE + 16];
  const char *first = text_of(properties, "firstname"), *last = text_of(properties, "lastname");
  if (!first && !last) {
    const char *name = first_of(properties, names, sizeof names / sizeof *names);
    if (!name) name = first_of(properties, details, sizeof details / sizeof *details);
    return line(name ? name : "");
  }
  size_t cut = first ? tether_utf8_bad(first, strnlen(first, LINE)) : 0,
         rest = last ? tether_utf8_bad(last, strnlen(last, LINE)) : 0;
  snprintf(both, sizeof both, "%.*s%s%.*s", (int)cut, first ? first : "", first && last ? " " : "", (int)rest,
           last ? last : "");
  return line(both);
}

json_t *portal_page_id(int64_t id) {
  char digits[24];
  snprintf(digits, sizeof digits, "%lld", (long long)id);
  return json_string(digits);
}

const char *portal_page_name(const portal_object *object) { return object->name ? object->type_id : object->plural; }

json_t *portal_page_words(const portal_object *object) {
  char words[PORTAL_WORDS];
  if (object->name) return line(object->plural);
  portal_words(object->plural, words);
  return json_string(words);
}

json_t *portal_titled(const portal_object *object, int64_t id, const json_t *properties) {
  const char *detail = first_of(properties, details, sizeof details / sizeof *details);
  return json_pack("{s:s, s:o, s:o, s:o}", "type", portal_page_name(object), "id", portal_page_id(id), "title",
                   title(properties), "detail", line(detail ? detail : ""));
}
