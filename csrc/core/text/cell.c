#include "core/text/cell.h"

#include <string.h>
#include <strings.h>

#include "base/id.h"
#include "core/text/blanks.h"
#include "core/text/labelcell.h"
#include "core/text/page_address.h"

static const struct {
  const char *name, *text;
} counted_kinds[] = {
#define TETHER_COUNTED_ROW(name, lua, text) {lua, text},
    TETHER_COUNTED_TABLE(TETHER_COUNTED_ROW)
#undef TETHER_COUNTED_ROW
};

const char *tether_counted_name(tether_counted kind) { return counted_kinds[kind].name; }

const char *tether_counted_text(tether_counted kind) { return counted_kinds[kind].text; }

/* -- words --------------------------------------------------------------------------------------------------------- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* How many digits a text begins with. */
static size_t count_digits(tether_slice text) {
  size_t count = 0;
  while (count < text.length && is_digit(text.data[count])) count++;
  return count;
}

static bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_'; }

static tether_slice from(tether_slice text, size_t at) { return (tether_slice){text.data + at, text.length - at}; }

static bool is_same(tether_slice text, const char *word) {
  return text.length == strlen(word) && strncasecmp(text.data, word, text.length) == 0;
}

/* What databases and programs write where there is no value. A spreadsheet's error value is not among them: its formula
 * may have looked for a record, so the cell is refused. */
static bool is_nothing(tether_slice text) { return text.data[0] != '#' && tether_is_nothing(text); }

/* The length of the property before "=" and a value, as tether.keys reads it; 0: it is no key. */
static size_t key_name(tether_slice text, tether_slice *value) {
  size_t at = 0;
  while (at < text.length && is_word(text.data[at])) at++;
  if (at == 0 || is_digit(text.data[0]) || text.data[0] == '_') return 0;
  tether_slice rest = tether_trim_invisible(from(text, at));
  if (rest.length < 2 || rest.data[0] != '=') return 0;
  *value = tether_trim_invisible(from(rest, 1));
  return value->length ? at : 0;
}

/* -- conversions --------------------------------------------------------------------------------------------------- */

/* Each rule changes the text to what it means, or returns false. The rules are tried in this order, each once. */
typedef bool (*cell_rule)(tether_slice *text, tether_cell *cell);

static bool formula(tether_slice *text, tether_cell *cell) {
  (void)cell;
  if (text->length < 4 || memcmp(text->data, "=\"", 2) != 0 || text->data[text->length - 1] != '"') return false;
  *text = tether_trim_invisible((tether_slice){text->data + 2, text->length - 3});
  return true;
}

static bool apostrophe(tether_slice *text, tether_cell *cell) {
  (void)cell;
  if (text->length < 2 || text->data[0] != '\'') return false;
  *text = tether_trim_invisible(from(*text, 1));
  return true;
}

static bool address(tether_slice *text, tether_cell *cell) { return tether_address_read(*text, &cell->type, text); }

/* "101.0", "101,00": any number of zeros but three, which may be thousands. */
static bool decimal(tether_slice *text, tether_cell *cell) {
  (void)cell;
  size_t digits = count_digits(*text), zeros = 0;
  if (digits == 0 || digits == text->length || !strchr(".,", text->data[digits])) return false;
  while (digits + 1 + zeros < text->length && text->data[digits + 1 + zeros] == '0') zeros++;
  if (digits + 1 + zeros < text->length || zeros == 3 || (zeros == 0 && text->data[digits] == ',')) return false;
  text->length = digits;
  return true;
}

static const cell_rule rules[] = {
    [TETHER_COUNTED_FORMULA] = formula,
    [TETHER_COUNTED_APOSTROPHE] = apostrophe,
    [TETHER_COUNTED_ADDRESS] = address,
    [TETHER_COUNTED_DECIMAL] = decimal,
};

static const tether_counted rule_order[] = {TETHER_COUNTED_FORMULA, TETHER_COUNTED_APOSTROPHE, TETHER_COUNTED_ADDRESS,
                                            TETHER_COUNTED_DECIMAL};

/* How many bytes the mark between groups of digits has: one of , . ' _, a blank of any kind or a typographic
 * apostrophe. */
static size_t group_mark(tether_slice text) {
  if (text.length == 0) return 0;
  if (strchr(",.'_", text.data[0])) return 1;
  if (text.length >= 3 && memcmp(text.data, "\xE2\x80\x99", 3) == 0) return 3;
  return tether_blank_first(text);
}

enum { MOST_DIGITS = 19 }; /* of an id */

/* Digits in groups of three, all with the same mark between them; `count` says how many groups. */
static bool read_groups(tether_slice text, char digits[MOST_DIGITS], size_t *length, size_t *count) {
  tether_slice mark = {NULL, 0};
  *length = *count = 0;
  while (true) {
    size_t run = count_digits(text);
    if (*length + run > MOST_DIGITS || run > 3 || run == 0 || (*count && run != 3)) return false;
    memcpy(digits + *length, text.data, run);
    *length += run;
    ++*count;
    text = from(text, run);
    if (text.length == 0) return *count > 1;
    size_t step = group_mark(text);
    if (!step || (mark.data && (mark.length != step || memcmp(mark.data, text.data, step) != 0))) return false;
    mark = (tether_slice){text.data, step};
    text = from(text, step);
  }
}

/* One group of zeros behind a point or a comma may be decimals. */
static bool is_ambiguous(tether_slice text, size_t count) {
  return count == 2 && memcmp(text.data + text.length - 3, "000", 3) == 0 &&
         strchr(".,", text.data[text.length - 4]) != NULL;
}

static bool grouped(tether_slice text, int64_t *id) {
  char digits[MOST_DIGITS];
  size_t length, count;
  return read_groups(text, digits, &length, &count) && !is_ambiguous(text, count) &&
         tether_id_parse(digits, length, id);
}

/* -- problems ------------------------------------------------------------------------------------------------------ */

/* 1.23457E+11: the other digits are lost. */
static bool is_cut(tether_slice text) {
  size_t at = 0;
  while (at < text.length && (is_digit(text.data[at]) || text.data[at] == '.' || text.data[at] == ',')) at++;
  if (at == 0 || at + 1 >= text.length || (text.data[at] | 32) != 'e') return false;
  at++;
  if (text.data[at] == '+' || text.data[at] == '-') at++;
  return at < text.length && is_digit(text.data[at]);
}

static bool has_several(tether_slice text) {
  size_t marks = 0;
  for (size_t i = 0; i < text.length; i++) {
    if (strchr(";|,\n\t /", text.data[i]))
      marks += i > 0;
    else if (!is_digit(text.data[i]))
      return false;
  }
  return marks > 0;
}

static const char *explain(tether_slice text) {
  char digits[MOST_DIGITS];
  size_t length, count;
  if (is_cut(text))
    return "a spreadsheet has cut its digits; give the column the format Number without decimals, or Text, where the "
           "digits are whole, and export again";
  if (text.data[0] == '#')
    return text.length > 1 && text.data[1] == '#' ? "the column was too narrow when the file was made"
                                                  : "the spreadsheet has an error in this cell";
  if (read_groups(text, digits, &length, &count)) return "thousands or decimals? write it without them";
  if (has_several(text)) return "several ids in one cell? say what separates them (--ids-separator, ids_separator)";
  if (text.data[0] == '0' && count_digits(text) == text.length) return "an id has no zeros before it";
  return "";
}

/* -- cells --------------------------------------------------------------------------------------------------------- */

/* Takes "contacts" off "contacts:101". */
static void split_type(tether_slice *text, tether_cell *cell) {
  size_t at = 0;
  while (at < text->length && (is_word(text->data[at]) || text->data[at] == '-')) at++;
  if (at == 0 || at == text->length || text->data[at] != ':' || (at + 1 < text->length && text->data[at + 1] == '/'))
    return;
  cell->type = (tether_slice){text->data, at};
  *text = tether_trim_invisible(from(*text, at + 1));
}

static bool is_plain_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/* The text without the blanks that everybody writes around it. */
static tether_slice trim_plain(tether_slice text) {
  while (text.length && is_plain_blank(text.data[0])) text = from(text, 1);
  while (text.length && is_plain_blank(text.data[text.length - 1])) text.length--;
  return text;
}

/* The text without the invisible characters around it. Ordinary blanks are not counted as a conversion. */
static tether_slice trim_counted(tether_slice text, int64_t counted[TETHER_COUNTED_KINDS]) {
  tether_slice bare = tether_trim_invisible(text), seen = trim_plain(text);
  if (bare.length != seen.length) counted[TETHER_COUNTED_BLANKS]++;
  return bare;
}

static bool apply_rules(tether_slice text, tether_cell *cell, int64_t counted[TETHER_COUNTED_KINDS]) {
  for (size_t i = 0; i < sizeof rule_order / sizeof *rule_order; i++) {
    if (!rules[rule_order[i]](&text, cell)) continue;
    counted[rule_order[i]]++;
    if (tether_id_parse(text.data, text.length, &cell->id)) return true;
  }
  if (!grouped(text, &cell->id)) return false;
  counted[TETHER_COUNTED_GROUPED]++;
  return true;
}

bool tether_cell_read(tether_slice text, tether_cell *cell, int64_t counted[TETHER_COUNTED_KINDS],
                      const char **problem) {
  tether_slice value;
  *cell = (tether_cell){.kind = TETHER_CELL_NOTHING, .id = 1, .type = {"", 0}};
  text = trim_counted(text, counted);
  if (text.length == 0) return true;
  if (is_nothing(text)) {
    counted[TETHER_COUNTED_NOTHING]++;
    return true;
  }
  split_type(&text, cell);
  cell->text = text;
  cell->kind = key_name(text, &value) ? TETHER_CELL_KEY : TETHER_CELL_ID;
  if (cell->kind == TETHER_CELL_KEY) return true;
  int64_t before[TETHER_COUNTED_KINDS];
  memcpy(before, counted, sizeof before);
  if (tether_id_parse(text.data, text.length, &cell->id) || apply_rules(text, cell, counted)) return true;
  memcpy(counted, before, sizeof before); /* what is refused is not converted */
  *problem = text.length ? explain(text) : "";
  return false;
}

void tether_cell_value(tether_slice text, const char *property, tether_cell *cell,
                       int64_t counted[TETHER_COUNTED_KINDS]) {
  tether_slice value;
  *cell = (tether_cell){.kind = TETHER_CELL_NOTHING, .id = 1, .type = {"", 0}};
  text = trim_counted(text, counted);
  if (text.length && is_nothing(text)) counted[TETHER_COUNTED_NOTHING]++;
  if (text.length == 0 || is_nothing(text)) return;
  size_t name = key_name(text, &value);
  cell->kind = TETHER_CELL_KEY;
  cell->property = property;
  cell->text = name && is_same((tether_slice){text.data, name}, property) ? value : text;
}

/* -- several ids --------------------------------------------------------------------------------------------------- */

static char find_separator(tether_slice text, const char **problem) {
  static const char known[] = {';', '|', '\n', ','};
  char digits[MOST_DIGITS];
  size_t length, count;
  for (size_t i = 0; i < sizeof known; i++) {
    if (!memchr(text.data, known[i], text.length)) continue;
    if (known[i] == ',' && read_groups(text, digits, &length, &count))
      *problem = "one id with grouped digits or several ids? say what separates them (--ids-separator, ids_separator)";
    return known[i];
  }
  return 0;
}

bool tether_cells_begin(tether_cells *cells, tether_slice text, char split, const char **problem) {
  *problem = NULL;
  *cells = (tether_cells){text, split, false};
  text = tether_trim_invisible(text);
  bool opens = text.length >= 2 && (text.data[0] == '[' || text.data[0] == '{');
  if (opens && text.data[text.length - 1] == (text.data[0] == '[' ? ']' : '}')) {
    *cells = (tether_cells){{text.data + 1, text.length - 2}, ',', true};
    if (tether_trim_invisible(cells->rest).length == 0) *cells = (tether_cells){{"", 0}, 0, false};
  } else if (split == TETHER_SPLIT_FOUND) {
    cells->separator = text.length ? find_separator(text, problem) : 0;
  }
  return !*problem;
}

bool tether_cells_next(tether_cells *cells, tether_slice *piece) {
  if (!cells->rest.data) return false;
  const char *end = cells->separator ? memchr(cells->rest.data, cells->separator, cells->rest.length) : NULL;
  size_t length = end ? (size_t)(end - cells->rest.data) : cells->rest.length;
  *piece = trim_plain((tether_slice){cells->rest.data, length});
  cells->rest = end ? from(cells->rest, length + 1) : (tether_slice){NULL, 0};
  if (cells->is_array && piece->length >= 2 && piece->data[0] == '"' && piece->data[piece->length - 1] == '"')
    *piece = (tether_slice){piece->data + 1, piece->length - 2};
  return true;
}
