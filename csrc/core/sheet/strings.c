#include "core/sheet/strings.h"

#include <stdlib.h>
#include <string.h>

#include "core/sheet/spool.h"
#include "core/sheet/value.h"
#include "core/sheet/xml.h"

struct tether_strings {
  tether_spool *texts, *ends; /* one behind the other, and where each ends: an int64_t */
  size_t count;
  tether_buffer raw, text; /* of the string under way, as it stands, and without escapes */
  int phonetic;            /* elements of a reading aid that are open: no part of the text */
  bool in_text;
};

static bool on_start(void *self, const char *name, const char **attributes, tether_error *error) {
  (void)attributes, (void)error;
  tether_strings *strings = self;
  if (strcmp(name, "si") == 0) tether_buffer_clear(&strings->raw);
  if (strcmp(name, "rPh") == 0) strings->phonetic++;
  strings->in_text = strcmp(name, "t") == 0 && !strings->phonetic;
  return true;
}

static bool keep(tether_strings *strings, tether_error *error) {
  tether_buffer_clear(&strings->text);
  if (!tether_escaped_add(&strings->text, (tether_slice){strings->raw.data, strings->raw.length}, error) ||
      !tether_spool_add(strings->texts, strings->text.data, strings->text.length, error))
    return false;
  int64_t end = tether_spool_length(strings->texts);
  strings->count++;
  return tether_spool_add(strings->ends, &end, sizeof end, error);
}

static bool on_end(void *self, const char *name, tether_error *error) {
  tether_strings *strings = self;
  strings->in_text = false;
  if (strcmp(name, "rPh") == 0) strings->phonetic--;
  return strcmp(name, "si") != 0 || keep(strings, error);
}

static bool on_text(void *self, const char *text, size_t length, tether_error *error) {
  tether_strings *strings = self;
  return !strings->in_text || tether_buffer_add(&strings->raw, text, length, error);
}

static tether_strings *new_strings(tether_error *error) {
  tether_strings *strings = calloc(1, sizeof *strings);
  if (!strings) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory for the texts of a workbook");
    return NULL;
  }
  tether_buffer_init(&strings->raw, TETHER_CEILING_FIELD);
  tether_buffer_init(&strings->text, TETHER_CEILING_FIELD);
  strings->texts = tether_spool_new(error);
  strings->ends = tether_spool_new(error);
  if (strings->texts && strings->ends) return strings;
  tether_strings_free(strings);
  return NULL;
}

tether_strings *tether_strings_read(tether_bytes bytes, const char *part, tether_error *error) {
  tether_strings *strings = new_strings(error);
  if (!strings) return NULL;
  if (tether_xml_whole(bytes, part, (tether_xml_events){strings, on_start, on_end, on_text}, error)) return strings;
  tether_strings_free(strings);
  return NULL;
}

void tether_strings_free(tether_strings *strings) {
  if (!strings) return;
  tether_spool_free(strings->texts);
  tether_spool_free(strings->ends);
  tether_buffer_free(&strings->raw);
  tether_buffer_free(&strings->text);
  free(strings);
}

size_t tether_strings_count(const tether_strings *strings) { return strings->count; }

bool tether_strings_add(tether_strings *strings, size_t index, tether_buffer *out, tether_error *error) {
  int64_t ends[2] = {0, 0};
  bool fine = index ? tether_spool_read(strings->ends, (int64_t)((index - 1) * sizeof *ends), ends, sizeof ends, error)
                    : tether_spool_read(strings->ends, 0, &ends[1], sizeof *ends, error);
  if (!fine) return false;
  size_t length = (size_t)(ends[1] - ends[0]);
  char *room = tether_buffer_room(out, length, error);
  if (!room || !tether_spool_read(strings->texts, ends[0], room, length, error)) return false;
  out->length += length;
  return true;
}
