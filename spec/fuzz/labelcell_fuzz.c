/* Any cell can be read, and what is written of what was read is read as the same; any labels come back as they were.
 * `make fuzz` runs it. */
#include "core/text/labelcell.h"

#include <stdlib.h>
#include <string.h>

static void read_cell(tether_slice cell, char separator, tether_buffer *key) {
  tether_error error;
  tether_buffer_clear(key);
  if (!tether_labelcell_read(cell, separator, key, &error)) abort();
}

/* Writes a key as a cell and reads that one: the same key. */
static void check_key(const tether_buffer *key, char separator) {
  tether_buffer cell, again;
  tether_error error;
  tether_buffer_init(&cell, TETHER_CEILING_ROW);
  tether_buffer_init(&again, TETHER_CEILING_ROW);
  tether_slice wanted = {key->data, key->length};
  if (!tether_labelcell_write(wanted, separator, &cell, &error)) abort();
  read_cell((tether_slice){cell.data, cell.length}, separator, &again);
  if (again.length != key->length || (key->length && memcmp(again.data, key->data, key->length) != 0)) abort();
  tether_buffer_free(&cell);
  tether_buffer_free(&again);
}

/* The bytes between those of value 1, as labels. */
static void add_labels(tether_slice text, tether_buffer *key) {
  tether_error error;
  tether_buffer_clear(key);
  while (text.length) {
    const char *end = memchr(text.data, 1, text.length);
    size_t length = end ? (size_t)(end - text.data) : text.length;
    if (length && !tether_typekey_add(key, TETHER_ITEM_LABEL, (tether_slice){text.data, length}, &error)) abort();
    if (end) length++;
    text = (tether_slice){text.data + length, text.length - length};
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  static const char separators[] = {';', '|', ',', '\0'};
  tether_buffer key;
  if (length == 0 || memchr(data + 1, '\0', length - 1)) return 0; /* readers of files let no NUL through */
  char separator = separators[data[0] % 4];
  tether_slice text = {(const char *)data + 1, length - 1};
  tether_buffer_init(&key, TETHER_CEILING_ROW);
  read_cell(text, separator, &key);
  check_key(&key, separator ? separator : ';');
  add_labels(text, &key);
  check_key(&key, separator ? separator : ';');
  tether_buffer_free(&key);
  return 0;
}
