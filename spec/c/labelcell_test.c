/* Label cells: what each kind of item is read as, and that what is written is read as the same. */
#include "core/text/labelcell.h"

#include <string.h>

#include "check.h"

#include "../fuzz/labelcell_fuzz.c" /* so that the fuzzer's target is compiled and run by every test */

static tether_slice slice(const char *text) { return (tether_slice){text, strlen(text)}; }

static const char *shown(tether_slice key, tether_buffer *out) {
  tether_item_kind kind;
  tether_slice text;
  tether_buffer_clear(out);
  while (tether_typekey_next(&key, &kind, &text))
    tether_buffer_format(out, NULL, "%c[%.*s]", (char)kind, (int)text.length, text.data);
  tether_buffer_add(out, "", 1, NULL);
  return out->data;
}

static const struct {
  const char *cell, *read;
  char separator;
} cells[] = {
    {"Boss", "L[Boss]", ';'},
    {" Boss ;; Decision maker ", "L[Boss]L[Decision maker]", ';'},
    {"Boss|Staff", "L[Boss]L[Staff]", '|'},
    {"A;B", "L[A;B]", '\0'},
    {"279", "T[279]", ';'},
    {"279; 2147483647", "T[279]T[2147483647]", ';'},
    {"\"279\"", "L[279]", ';'},
    {"0279;2147483648;-1;1.0", "L[0279]L[2147483648]L[-1]L[1.0]", ';'},
    {"user_defined:7; HUBSPOT_DEFINED: 1", "C[USER_DEFINED:7]C[HUBSPOT_DEFINED:1]", ';'},
    {"\"USER_DEFINED:7\"", "L[USER_DEFINED:7]", ';'},
    {"RESERVED:7;USER_DEFINED:x;USER_DEFINED:", "L[RESERVED:7]L[USER_DEFINED:x]L[USER_DEFINED:]", ';'},
    {"\"a;b\" ; c", "L[a;b]L[c]", ';'},
    {"\"a \"\"b\"\"\"", "L[a \"b\"]", ';'},
    {" \" padded \" ", "L[ padded ]", ';'},
    {"\"\";\"\"\"\"", "L[\"]", ';'},
    {"\"open;b", "L[\"open]L[b]", ';'},
    {"\"a\" b;c", "L[\"a\" b]L[c]", ';'},
    {"5\" pipe", "L[5\" pipe]", ';'},
    {"NaN;None;null;\\N;#N/A;<NA>;NA;n/a;#REF!; nil ", "", ';'},
    {"\"None\";\"NaN\"", "L[None]L[NaN]", ';'},
    {"Nancy;na;nothing", "L[Nancy]L[na]L[nothing]", ';'},
    {"", "", ';'},
    {"\xC2\xA0", "", ';'},
    {"\xE9\x83\xA8\xE9\x95\xB7", "L[\xE9\x83\xA8\xE9\x95\xB7]", ';'},
};

static void cells_are_items(void) {
  tether_buffer key, out;
  tether_error error;
  tether_buffer_init(&key, 4096);
  tether_buffer_init(&out, 4096);
  for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
    tether_buffer_clear(&key);
    CHECK(tether_labelcell_read(slice(cells[i].cell), cells[i].separator, &key, &error));
    CHECK(strcmp(shown((tether_slice){key.data, key.length}, &out), cells[i].read) == 0);
    check_key(&key, cells[i].separator ? cells[i].separator : ';');
    LLVMFuzzerTestOneInput((const uint8_t *)cells[i].cell, strlen(cells[i].cell));
  }
  tether_buffer_free(&key);
  tether_buffer_free(&out);
}

static void what_is_written_can_be_read(void) {
  tether_buffer key, out;
  tether_error error;
  tether_buffer_init(&key, 4096);
  tether_buffer_init(&out, 4096);
  tether_typekey_add(&key, TETHER_ITEM_LABEL, slice("Boss"), &error);
  tether_typekey_add(&key, TETHER_ITEM_LABEL, slice("a;b"), &error);
  tether_typekey_add(&key, TETHER_ITEM_LABEL, slice("279"), &error);
  tether_typekey_add(&key, TETHER_ITEM_LABEL, slice("say \"no\""), &error);
  tether_typekey_add(&key, TETHER_ITEM_LABEL, slice("none"), &error);
  tether_typekey_add(&key, TETHER_ITEM_LABEL, slice("'n"), &error);
  tether_typekey_add(&key, TETHER_ITEM_ID, slice("279"), &error);
  tether_typekey_add(&key, TETHER_ITEM_SPEC, slice("USER_DEFINED:7"), &error);
  CHECK(tether_labelcell_write((tether_slice){key.data, key.length}, '\0', &out, &error));
  tether_buffer_add(&out, "", 1, NULL);
  CHECK(strcmp(out.data, "Boss; \"a;b\"; \"279\"; say \"no\"; \"none\"; \"'n\"; 279; USER_DEFINED:7") == 0);
  check_key(&key, '|');
  check_key(&key, ',');
  tether_buffer_free(&key);
  tether_buffer_free(&out);
}

/* What does not fit is refused: a part of an id would be another type's. */
static void a_type_that_is_too_long_is_none(void) {
  tether_buffer key;
  tether_error error;
  tether_buffer_init(&key, 4096);
  CHECK(tether_typekey_add_spec(&key, slice("USER_DEFINED"), slice("2147483647"), &error));
  CHECK(key.length == sizeof "SUSER_DEFINED:2147483647" - 1 + 1);
  CHECK(!tether_typekey_add_spec(&key, slice("USER_DEFINED"), slice("21474836470"), &error));
  CHECK(
      !tether_typekey_add_spec(&key, slice("a category of more than forty bytes, which is none"), slice("7"), &error));
  CHECK(error.code == TETHER_INVALID && key.length == sizeof "SUSER_DEFINED:2147483647");
  tether_buffer_free(&key);
}

int main(void) {
  cells_are_items();
  what_is_written_can_be_read();
  a_type_that_is_too_long_is_none();
  return failed != 0;
}
