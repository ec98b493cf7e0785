#include "core/sheet/worksheet.h"

#include <stdlib.h>
#include <string.h>

#include "core/sheet/value.h"
#include "core/sheet/xml.h"

enum { ENOUGH = 64 << 10 }; /* bytes of text that wait to be read: then the parser pauses */

typedef enum { NUMBER, SHARED, TEXT, BOOLEAN } cell_kind;

struct tether_worksheet {
  tether_xml *xml;
  tether_strings *strings;
  char part[200];
  tether_buffer out; /* lines; what stands before `at` is read */
  size_t at;
  tether_buffer line;  /* the row under way */
  tether_buffer value; /* of the cell under way, as it stands */
  tether_buffer text;  /* the same, as it is written */
  size_t row, column;  /* counted from 1; 0: none yet */
  size_t written;      /* fields of `line` */
  size_t width;        /* of the first row with a value; 0: none yet */
  cell_kind kind;
  bool in_row, in_cell, in_value, has_value, ended;
  int phonetic;
};

/* -- a cell -------------------------------------------------------------------------------------------------------- */

static bool broken(const tether_worksheet *sheet, const char *what, tether_error *error) {
  return tether_fail(error, TETHER_FILE_BROKEN, "%.150s, row %zu: %s", sheet->part, sheet->row, what);
}

static cell_kind kind_of(const char *type) {
  if (!type) return NUMBER;
  if (strcmp(type, "s") == 0) return SHARED;
  if (strcmp(type, "b") == 0) return BOOLEAN;
  return strcmp(type, "n") == 0 ? NUMBER : TEXT; /* str, inlineStr, e, d */
}

static bool begin_cell(tether_worksheet *sheet, const char **attributes, tether_error *error) {
  const char *reference = tether_xml_attribute(attributes, "r");
  size_t column = reference ? tether_cell_column(reference) : sheet->column + 1;
  if (column <= sheet->column || column > TETHER_SHEET_COLUMNS)
    return broken(sheet, "a cell stands where no cell can be", error);
  sheet->column = column;
  sheet->kind = kind_of(tether_xml_attribute(attributes, "t"));
  sheet->in_cell = true;
  tether_buffer_clear(&sheet->value);
  return true;
}

/* The value as people see it, in `text`. */
static bool show_value(tether_worksheet *sheet, tether_error *error) {
  char room[TETHER_NUMBER_TEXT];
  tether_slice value = {sheet->value.data, sheet->value.length};
  tether_buffer_clear(&sheet->text);
  if (value.length == 0) return true;
  if (sheet->kind == TEXT) return tether_escaped_add(&sheet->text, value, error);
  if (sheet->kind == BOOLEAN) return tether_buffer_text(&sheet->text, *value.data == '1' ? "TRUE" : "FALSE", error);
  if (sheet->kind == NUMBER) {
    value = tether_number_plain(value, room);
    return tether_buffer_add(&sheet->text, value.data, value.length, error);
  }
  if (!tether_buffer_add(&sheet->value, "", 1, error)) return false;
  size_t count = sheet->strings ? tether_strings_count(sheet->strings) : 0;
  bool is_zero = strcmp(sheet->value.data, "0") == 0;
  size_t index = is_zero ? 0 : tether_count_parse(sheet->value.data, count);
  if (index >= count || (index == 0 && !is_zero))
    return broken(sheet, "a cell names a shared text that is none", error);
  return tether_strings_add(sheet->strings, index, &sheet->text, error);
}

static bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '@' || c == '_';
}

static bool needs_quotes(const tether_buffer *text) {
  for (size_t i = 0; i < text->length; i++)
    if (!is_plain(text->data[i])) return true;
  return false;
}

static bool add_quoted(tether_buffer *line, const tether_buffer *text, tether_error *error) {
  const char *at = text->data, *end = text->data + text->length;
  if (!tether_buffer_add(line, "\"", 1, error)) return false;
  while (at < end) {
    const char *quote = memchr(at, '"', (size_t)(end - at)), *last = quote ? quote + 1 : end;
    if (!tether_buffer_add(line, at, (size_t)(last - at), error)) return false;
    if (quote && !tether_buffer_add(line, "\"", 1, error)) return false;
    at = last;
  }
  return tether_buffer_add(line, "\"", 1, error);
}

/* Writes separators until `fields` fields are in the line, of which the last ones are empty. */
static bool pad(tether_worksheet *sheet, size_t fields, tether_error *error) {
  for (; sheet->written < fields; sheet->written++)
    if (sheet->written && !tether_buffer_add(&sheet->line, ",", 1, error)) return false;
  return true;
}

static bool end_cell(tether_worksheet *sheet, tether_error *error) {
  sheet->in_cell = false;
  if (!show_value(sheet, error)) return false;
  if (sheet->text.length == 0) return true;
  sheet->has_value = true;
  if (!pad(sheet, sheet->column, error)) return false;
  return needs_quotes(&sheet->text) ? add_quoted(&sheet->line, &sheet->text, error)
                                    : tether_buffer_add(&sheet->line, sheet->text.data, sheet->text.length, error);
}

/* -- a row --------------------------------------------------------------------------------------------------------- */

static bool begin_row(tether_worksheet *sheet, const char **attributes, tether_error *error) {
  const char *number = tether_xml_attribute(attributes, "r");
  size_t row = number ? tether_count_parse(number, TETHER_SHEET_ROWS) : sheet->row + 1;
  if (row <= sheet->row || row > TETHER_SHEET_ROWS) return broken(sheet, "the next row stands before it", error);
  size_t blank = row - sheet->row - 1;
  char *room = tether_buffer_room(&sheet->out, blank, error);
  if (!room) return false;
  memset(room, '\n', blank);
  sheet->out.length += blank;
  sheet->row = row;
  sheet->column = sheet->written = 0;
  sheet->in_row = true;
  sheet->has_value = false;
  tether_buffer_clear(&sheet->line);
  return true;
}

static bool end_row(tether_worksheet *sheet, tether_error *error) {
  sheet->in_row = false;
  if (sheet->has_value && !sheet->width) sheet->width = sheet->written;
  if (sheet->has_value && !pad(sheet, sheet->width, error)) return false;
  if (sheet->has_value && !tether_buffer_add(&sheet->out, sheet->line.data, sheet->line.length, error)) return false;
  if (!tether_buffer_add(&sheet->out, "\n", 1, error)) return false;
  if (sheet->out.length - sheet->at > ENOUGH) tether_xml_pause(sheet->xml);
  return true;
}

/* -- events -------------------------------------------------------------------------------------------------------- */

static bool on_start(void *self, const char *name, const char **attributes, tether_error *error) {
  tether_worksheet *sheet = self;
  if (strcmp(name, "row") == 0 && !sheet->in_row) return begin_row(sheet, attributes, error);
  if (!sheet->in_row) return true;
  if (strcmp(name, "c") == 0 && !sheet->in_cell) return begin_cell(sheet, attributes, error);
  if (strcmp(name, "rPh") == 0) sheet->phonetic++;
  bool is_text = strcmp(name, "t") == 0 && !sheet->phonetic;
  sheet->in_value = sheet->in_cell && (strcmp(name, "v") == 0 || is_text);
  return true;
}

static bool on_end(void *self, const char *name, tether_error *error) {
  tether_worksheet *sheet = self;
  sheet->in_value = false;
  if (strcmp(name, "rPh") == 0 && sheet->phonetic) sheet->phonetic--;
  if (strcmp(name, "c") == 0 && sheet->in_cell) return end_cell(sheet, error);
  return strcmp(name, "row") != 0 || !sheet->in_row || end_row(sheet, error);
}

static bool on_text(void *self, const char *text, size_t length, tether_error *error) {
  tether_worksheet *sheet = self;
  return !sheet->in_value || tether_buffer_add(&sheet->value, text, length, error);
}

/* -- the sheet ----------------------------------------------------------------------------------------------------- */

tether_worksheet *tether_worksheet_new(tether_bytes bytes, const char *part, tether_strings *strings,
                                       tether_error *error) {
  tether_worksheet *sheet = calloc(1, sizeof *sheet);
  if (!sheet) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory for a sheet");
    return NULL;
  }
  sheet->strings = strings;
  strncpy(sheet->part, part, sizeof sheet->part - 1);
  tether_buffer_init(&sheet->out, 2 * TETHER_CEILING_ROW);
  tether_buffer_init(&sheet->line, TETHER_CEILING_ROW);
  tether_buffer_init(&sheet->value, TETHER_CEILING_FIELD);
  tether_buffer_init(&sheet->text, TETHER_CEILING_FIELD);
  sheet->xml = tether_xml_new(bytes, part, (tether_xml_events){sheet, on_start, on_end, on_text}, error);
  if (sheet->xml) return sheet;
  tether_worksheet_free(sheet);
  return NULL;
}

void tether_worksheet_free(tether_worksheet *sheet) {
  if (!sheet) return;
  tether_xml_free(sheet->xml);
  tether_buffer_free(&sheet->out);
  tether_buffer_free(&sheet->line);
  tether_buffer_free(&sheet->value);
  tether_buffer_free(&sheet->text);
  free(sheet);
}

static bool read_text(void *self, char *out, size_t size, size_t *length, tether_error *error) {
  tether_worksheet *sheet = self;
  if (sheet->at == sheet->out.length) {
    tether_buffer_clear(&sheet->out);
    sheet->at = 0;
  }
  while (sheet->out.length == 0 && !sheet->ended) {
    tether_xml_event event = tether_xml_next(sheet->xml, error);
    if (event == TETHER_XML_FAILED) return false;
    sheet->ended = event == TETHER_XML_END;
  }
  *length = sheet->out.length - sheet->at < size ? sheet->out.length - sheet->at : size;
  if (*length) memcpy(out, sheet->out.data + sheet->at, *length);
  sheet->at += *length;
  return true;
}

tether_bytes tether_worksheet_text(tether_worksheet *sheet) { return (tether_bytes){sheet, read_text}; }
