/* Cells of files: what one is converted to and what is refused; several ids in one; addresses; what is shown of them.
 */
#include "core/text/cell.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "core/files/intake.h"
#include "core/text/blanks.h"
#include "core/text/page_address.h"
#include "core/text/role.h"

static int64_t counted[TETHER_COUNTED_KINDS];

static tether_slice slice(const char *text) { return (tether_slice){text, strlen(text)}; }

/* Reads a cell from memory of its own length, so that ASan sees a byte too far. */
static bool read_exact(const char *text, tether_cell *cell, const char **problem) {
  size_t length = strlen(text);
  char *exact = malloc(length ? length : 1);
  if (length) memcpy(exact, text, length);
  memset(counted, 0, sizeof counted);
  bool fine = tether_cell_read((tether_slice){exact, length}, cell, counted, problem);
  free(exact);
  return fine;
}

static int64_t sum(void) {
  int64_t all = 0;
  for (int i = 0; i < TETHER_COUNTED_KINDS; i++) all += counted[i];
  return all;
}

static const struct {
  const char *text;
  int64_t id;
  int kind; /* -1: nothing is counted */
} ids[] = {
    {"101", 101, -1},
    {" 101\t", 101, -1},
    {"9223372036854775807", INT64_MAX, -1},
    {"101.0", 101, TETHER_COUNTED_DECIMAL},
    {"101.", 101, TETHER_COUNTED_DECIMAL},
    {"101,00", 101, TETHER_COUNTED_DECIMAL},
    {"101.0000", 101, TETHER_COUNTED_DECIMAL},
    {"=\"101\"", 101, TETHER_COUNTED_FORMULA},
    {"'101", 101, TETHER_COUNTED_APOSTROPHE},
    {"1,234,567", 1234567, TETHER_COUNTED_GROUPED},
    {"1.234.567", 1234567, TETHER_COUNTED_GROUPED},
    {"1 234 567", 1234567, TETHER_COUNTED_GROUPED},
    {"1'234'567", 1234567, TETHER_COUNTED_GROUPED},
    {"1\xE2\x80\x99"
     "234",
     1234, TETHER_COUNTED_GROUPED},
    {"12\xC2\xA0"
     "345",
     12345, TETHER_COUNTED_GROUPED},
    {"12\xE2\x80\xAF"
     "345\xE2\x80\xAF"
     "678",
     12345678, TETHER_COUNTED_GROUPED},
    {"12,345", 12345, TETHER_COUNTED_GROUPED},
    {"9,223,372,036,854,775,807", INT64_MAX, TETHER_COUNTED_GROUPED},
    {"1,234,000", 1234000, TETHER_COUNTED_GROUPED},
    {"\xE2\x80\x8B"
     "101\xC2\xA0",
     101, TETHER_COUNTED_BLANKS},
    {"\xEF\xBB\xBF"
     "101",
     101, TETHER_COUNTED_BLANKS},
    {"https://app.hubspot.com/contacts/7/record/0-1/101", 101, TETHER_COUNTED_ADDRESS},
    {"https://app-eu1.hubspot.com/contacts/7/record/0-1/101/view/1?x=2#y", 101, TETHER_COUNTED_ADDRESS},
    {"app.hubspot.com/contacts/7/contact/101/", 101, TETHER_COUNTED_ADDRESS},
};

static void what_means_one_id_is_converted(void) {
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
    tether_cell cell;
    const char *problem = "";
    CHECK(read_exact(ids[i].text, &cell, &problem) && cell.kind == TETHER_CELL_ID && cell.id == ids[i].id);
    CHECK(sum() == (ids[i].kind >= 0) && (ids[i].kind < 0 || counted[ids[i].kind] == 1));
  }
}

static void what_is_no_id_is_not_guessed(void) {
  static const struct {
    const char *text, *problem;
  } cells[] = {
      {"1.23457E+11", "a spreadsheet has cut its digits"},
      {"1,23457e+11", "a spreadsheet has cut its digits"},
      {"2E+10", "a spreadsheet has cut its digits"},
      {"######", "the column was too narrow"},
      {"#N/A", "the spreadsheet has an error"},
      {"101,000", "thousands or decimals?"},
      {"101.000", "thousands or decimals?"},
      {"101;102", "several ids in one cell?"},
      {"9001,9002", "several ids in one cell?"},
      {"9001 9002", "several ids in one cell?"},
      {"00101", "an id has no zeros before it"},
      {"0", "an id has no zeros before it"},
      {"1,23,456", "several ids in one cell?"},
      {"1,234.567", ""},
      {"1,234'567", ""},
      {"101.5", ""},
      {"-101", ""},
      {"abc", ""},
      {"9223372036854775808", ""},
      {"99,223,372,036,854,775,808", ""},
      {"contacts:", ""},
      {"https://app.hubspot.com/contacts/7/contacts/list", ""},
      {"https://app.hubspot.com/contacts/101", ""},
      {"=\"x\"", ""},
      {"\"", ""},
  };
  for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
    tether_cell cell;
    const char *problem = "";
    CHECK(!read_exact(cells[i].text, &cell, &problem) && sum() == 0);
    CHECK(strncmp(problem, cells[i].problem, strlen(cells[i].problem)) == 0);
    if (!*cells[i].problem) CHECK(*problem == '\0' || strstr(problem, "several") || strstr(problem, "thousands"));
  }
}

static void nothing_has_many_names(void) {
  static const char *const cells[] = {"", " ", "\xC2\xA0", "\\N", "NULL", "null", "NaN", "nan", "(null)"};
  for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
    tether_cell cell;
    const char *problem = "";
    CHECK(read_exact(cells[i], &cell, &problem) && cell.kind == TETHER_CELL_NOTHING);
    CHECK(counted[TETHER_COUNTED_NOTHING] == (i > 2));
  }
}

static void types_and_keys_stand_before(void) {
  tether_cell cell;
  const char *problem = "";
  CHECK(tether_cell_read(slice("contacts: 101"), &cell, counted, &problem) && cell.id == 101 && cell.type.length == 8);
  CHECK(tether_cell_read(slice("2-33:101"), &cell, counted, &problem) && cell.type.length == 4);
  CHECK(tether_cell_read(slice("https://app.hubspot.com/contacts/7/record/2-33/101"), &cell, counted, &problem));
  CHECK(cell.type.length == 4 && memcmp(cell.type.data, "2-33", 4) == 0);
  CHECK(tether_cell_read(slice("companies:domain=a.example"), &cell, counted, &problem));
  CHECK(cell.kind == TETHER_CELL_KEY && cell.text.length == 16 && !cell.property && cell.id == 1);
  tether_cell_value(slice(" jane@example.com "), "email", &cell, counted);
  CHECK(cell.kind == TETHER_CELL_KEY && cell.text.length == 16 && strcmp(cell.property, "email") == 0);
  tether_cell_value(slice("Email = jane@example.com"), "email", &cell, counted);
  CHECK(cell.text.length == 16);
  tether_cell_value(slice("phone = 1"), "email", &cell, counted); /* another property's name is a part of the value */
  CHECK(cell.text.length == 9);
  tether_cell_value(slice("NULL"), "email", &cell, counted);
  CHECK(cell.kind == TETHER_CELL_NOTHING);
}

/* The ids of a cell, joined by a plus sign. */
static const char *split(const char *text, char by) {
  static char out[200];
  tether_cells cells;
  tether_slice one;
  const char *problem;
  out[0] = '\0';
  if (!tether_cells_begin(&cells, slice(text), by, &problem)) return problem;
  while (tether_cells_next(&cells, &one)) {
    size_t length = strlen(out);
    snprintf(out + length, sizeof out - length, "%s%.*s", length ? "+" : "", (int)one.length, one.data);
  }
  return out;
}

static void several_ids_stand_in_one_cell(void) {
  CHECK(strcmp(split("9001;9002", TETHER_SPLIT_NONE), "9001;9002") == 0);
  CHECK(strcmp(split("9001;9002 ; 9003", TETHER_SPLIT_FOUND), "9001+9002+9003") == 0);
  CHECK(strcmp(split("9001|9002", TETHER_SPLIT_FOUND), "9001+9002") == 0);
  CHECK(strcmp(split("9001, 9002", TETHER_SPLIT_FOUND), "9001+9002") == 0);
  CHECK(strcmp(split("9001,9002", TETHER_SPLIT_FOUND), "9001+9002") == 0);
  CHECK(strcmp(split("9001\n9002", TETHER_SPLIT_FOUND), "9001+9002") == 0);
  CHECK(strncmp(split("123,456", TETHER_SPLIT_FOUND), "one id with grouped digits or several", 37) == 0);
  CHECK(strcmp(split("123,456", ','), "123+456") == 0);
  CHECK(strcmp(split("1,234;5,678", TETHER_SPLIT_FOUND), "1,234+5,678") == 0);
  CHECK(strcmp(split("[\"9001\", \"9002\"]", TETHER_SPLIT_NONE), "9001+9002") == 0);
  CHECK(strcmp(split("[9001,9002]", TETHER_SPLIT_FOUND), "9001+9002") == 0);
  CHECK(strcmp(split("{9001,9002}", TETHER_SPLIT_NONE), "9001+9002") == 0);
  CHECK(strcmp(split("[]", TETHER_SPLIT_NONE), "") == 0);
  CHECK(strcmp(split("", TETHER_SPLIT_FOUND), "") == 0);
}

static void messages_show_what_is_not_seen(void) {
  char out[TETHER_SHOWN], text[400];
  CHECK(strcmp(tether_show(slice("10\xE2\x80\x8B"
                                 "1 \t\xE9\xC3\xA9"),
                           out),
               "10\\u{200B}1 \\u{9}\\x{E9}\xC3\xA9") == 0);
  CHECK(strcmp(tether_show(slice("a\xC0\xA0z"), out), "a\\x{C0}\\x{A0}z") == 0); /* a blank, written too long */
  memset(text, 'x', sizeof text);
  tether_show((tether_slice){text, sizeof text}, out);
  CHECK(strlen(out) < TETHER_SHOWN && strcmp(out + strlen(out) - 4, "x...") == 0);
  CHECK(*tether_show((tether_slice){"", 0}, out) == '\0');
}

/* -- rows ---------------------------------------------------------------------------------------------------------- */

static bool add(tether_intake *intake, const char *from, const char *to, tether_error *error) {
  tether_intake_row row = {.end = {slice(from), slice(to)}, .line = 7, .last_line = 7};
  return tether_intake_add(intake, &row, error);
}

static void a_row_is_as_many_links_as_it_has_ids(void) {
  tether_error error;
  tether_intake *intake = tether_intake_new(&(tether_intake_options){
      .from = "contacts", .to = "companies", .side = {{.name = "Contact"}, {.split = TETHER_SPLIT_FOUND}}});
  CHECK(add(intake, "1", "2;3", &error) && tether_intake_rows(intake) == 2);
  CHECK(add(intake, "1", "", &error) && add(intake, "NULL", "2", &error) && tether_intake_rows(intake) == 2);
  CHECK(tether_intake_tell(intake)->empty == 2);
  CHECK(!add(intake,
             "1\xE2\x80\x8B"
             "x",
             "2", &error) &&
        tether_intake_rows(intake) == 2);
  CHECK(strcmp(error.text, "line 7, column \"Contact\": not a record id: \"1\\u{200B}x\"") == 0);
  CHECK(!add(intake, "1", "2;x", &error) && tether_intake_rows(intake) == 2);
  CHECK(!add(intake, "[1,2]", "3;4", &error) && error.code == TETHER_BAD_ID);
  CHECK(!add(intake, "1", "deals:4;5", &error) && error.code == TETHER_INVALID && tether_intake_rows(intake) == 2);
  tether_intake_free(intake);
}

static void the_primary_is_a_type_of_its_link(void) {
  tether_error error;
  tether_slice types;
  uint32_t index;
  tether_intake *intake = tether_intake_new(
      &(tether_intake_options){.from = "contacts", .to = "companies", .side = {{0}, {.split = TETHER_SPLIT_FOUND}}});
  tether_intake_row row = {
      .end = {slice("1"), slice("2;3")}, .types = {"LA\0", 3}, .primary_ids = slice("3;4"), .line = 1, .last_line = 1};
  CHECK(tether_intake_add(intake, &row, &error) && tether_intake_rows(intake) == 3);
  tether_rowset *set = tether_intake_set(intake, 0);
  CHECK(tether_rowset_types_at(set, 0, &index, &types) && types.length == 3);
  CHECK(tether_rowset_types_at(set, 1, &index, &types) && memcmp(types.data, "LA\0Lprimary", 12) == 0);
  CHECK(!tether_rowset_types_at(set, 2, &index, &types));
  tether_intake_free(intake);
}

static void a_file_may_have_several_pairs(void) {
  tether_error error;
  tether_intake *intake = tether_intake_new(&(tether_intake_options){.one_pair = false});
  tether_intake_row row = {
      .end = {slice("1"), slice("2")}, .type = {slice("contacts"), slice("companies")}, .line = 1, .last_line = 1};
  CHECK(tether_intake_add(intake, &row, &error));
  row.type[1] = slice("0-3");
  CHECK(tether_intake_add(intake, &row, &error) && add(intake, "0-1:5", "deal:6", &error));
  CHECK(tether_rowset_rows(tether_intake_set(intake, 0)) == 1 && tether_rowset_rows(tether_intake_set(intake, 1)) == 2);
  CHECK(tether_intake_set(intake, 2) == NULL && tether_intake_rows(intake) == 3);
  CHECK(!add(intake, "1", "p_pet:2", &error) && error.code == TETHER_INVALID);
  tether_intake_free(intake);
}

/* Blanks of any alphabet, of one to three bytes, before a text and behind it. */
static void what_is_not_seen_is_trimmed(void) {
  static const char *const blanks[] = {
      "", " ", "\t", "\x7F", "\xC2\xA0", "\xC2\xAD", "\xE3\x80\x80", "\xEF\xBB\xBF", "\xE2\x80\x8B \xC2\xA0"};
  for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++)
    for (size_t k = 0; k < sizeof blanks / sizeof *blanks; k++) {
      char text[40];
      snprintf(text, sizeof text, "%sa b%s", blanks[i], blanks[k]);
      tether_slice left = tether_trim_invisible(slice(text));
      CHECK(left.length == 3 && memcmp(left.data, "a b", 3) == 0);
    }
}

/* Only a page of one record names it: a list has the number of the account behind it. */
static void a_page_s_address_names_its_record(void) {
  static const struct {
    const char *address, *id;
  } pages[] = {{"https://app.hubspot.com/contacts/123/record/0-1/101", "101"},
               {"https://app.hubspot.com/contacts/123/record/0-1/101/", "101"},
               {"https://app.hubspot.com/contacts/123/record/0-1/101?x=1", "101"},
               {"https://app.hubspot.com/contacts/123/record/0-1/101#notes", "101"},
               {"https://app.hubspot.com/contacts/123/contact/101", "101"},
               {"app.hubspot.com/contacts/123/CONTACT/101", "101"},
               {"https://app.hubspot.com/contacts/123", NULL},
               {"https://app.hubspot.com/companies/123/lists", NULL},
               {"https://app.hubspot.com/contacts/123/contact/", NULL},
               {"https://app.hubspot.com/contacts/123/contacts/101", NULL},
               {"ftp://app.hubspot.com/contact/101", NULL}};
  for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
    tether_slice type, id = {"", 0};
    bool found = tether_address_read(slice(pages[i].address), &type, &id);
    CHECK(found == (pages[i].id != NULL));
    CHECK(!found || (id.length == strlen(pages[i].id) && memcmp(id.data, pages[i].id, id.length) == 0));
  }
}

/* A category and an id in columns of their own. */
static void blanks_around_a_type_do_not_count(void) {
  tether_buffer key;
  tether_error error;
  tether_buffer_init(&key, 4096);
  CHECK(tether_role_add_type(&key, slice(" USER_DEFINED\xC2\xA0"), slice(" 7 "), &error));
  CHECK(tether_role_add_type(&key, slice(" "), slice(" 8"), &error));
  CHECK(tether_role_add_type(&key, slice("USER_DEFINED"), slice(" "), &error));
  tether_slice left = {key.data, key.length}, text;
  tether_item_kind kind;
  CHECK(tether_typekey_next(&left, &kind, &text) && kind == TETHER_ITEM_SPEC);
  CHECK(text.length == 14 && memcmp(text.data, "USER_DEFINED:7", 14) == 0);
  CHECK(tether_typekey_next(&left, &kind, &text) && kind == TETHER_ITEM_ID && text.length == 1 && *text.data == '8');
  CHECK(left.length == 0);
  tether_buffer_free(&key);
}

int main(void) {
  what_is_not_seen_is_trimmed();
  a_page_s_address_names_its_record();
  blanks_around_a_type_do_not_count();
  what_means_one_id_is_converted();
  what_is_no_id_is_not_guessed();
  nothing_has_many_names();
  types_and_keys_stand_before();
  several_ids_stand_in_one_cell();
  messages_show_what_is_not_seen();
  a_row_is_as_many_links_as_it_has_ids();
  the_primary_is_a_type_of_its_link();
  a_file_may_have_several_pairs();
  return failed != 0;
}
