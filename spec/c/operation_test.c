/* Paths: the overview's and the described ones, encoded. */
#include "core/wire/operation.h"

#include <string.h>

#include "check.h"
#include "holds.h"

static void expect(const char *operation, tether_path_values values, const char *wanted) {
  tether_buffer path;
  tether_error error;
  tether_buffer_init(&path, TETHER_CEILING_PATH);
  CHECK(tether_operation_path(tether_operation_find(operation), &values, &path, &error));
  CHECK(holds(&path, wanted));
  tether_buffer_free(&path);
}

/* Every byte but the unreserved ones of RFC 3986: a plus would arrive as a blank. */
static void each_byte_arrives_as_it_is(void) {
  for (int byte = 1; byte < 256; byte++) {
    char text[2] = {(char)byte, 0}, wanted[4];
    bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
                 strchr("-._~", byte);
    tether_buffer out;
    tether_buffer_init(&out, 100);
    snprintf(wanted, sizeof wanted, plain ? "%c" : "%%%02X", byte);
    CHECK(tether_percent_encode(text, 1, &out, NULL));
    CHECK(holds(&out, wanted));
    tether_buffer_free(&out);
  }
}

/* As wire.md says; what nobody documents is asked for in hundreds. */
static void a_batch_has_as_many_rows_as_it_may(void) {
  static const struct {
    const char *operation;
    int most;
  } wanted[] = {{"batch_create", 2000},  {"batch_read", 1000},    {"batch_labels_archive", 100},
                {"batch_archive", 100},  {"batch_default", 100},  {"records_create", 100},
                {"records_read", 100},   {"records_update", 100}, {"records_upsert", 100},
                {"records_archive", 100}};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
    CHECK(tether_operation_ceiling(tether_operation_find(wanted[i].operation), "2026-03") == wanted[i].most);
  CHECK(tether_operation_ceiling(tether_operation_find("record_get"), "2026-03") == 0);
}

int main(void) {
  each_byte_arrives_as_it_is();
  a_batch_has_as_many_rows_as_it_may();
  tether_path_values values = {.version = "2026-03", .f = "contacts", .t = "companies", .a = "101", .b = "9001"};
  values.id = "279";
  expect("record_create", values, "/crm/objects/2026-03/contacts");
  expect("associate_typed", values, "/crm/objects/2026-03/contacts/101/associations/companies/9001/279");
  expect("batch_create", values, "/crm/associations/2026-03/contacts/companies/batch/create");
  values.form = TETHER_FORM_OVERVIEW;
  expect("batch_create", values, "/crm/objects/2026-03/associations/contacts/companies/batch/create");
  values.version = "v4";
  expect("batch_create", values, "/crm/v4/associations/contacts/companies/batch/create");
  expect("record_get", values, "/crm/v3/objects/contacts/101");
  values.f = "p1_a/b ?";
  expect("record_create", values, "/crm/v3/objects/p1_a%2Fb%20%3F");

  tether_buffer path;
  tether_error error;
  tether_buffer_init(&path, TETHER_CEILING_PATH);
  values.b = NULL;
  CHECK(!tether_operation_path(tether_operation_find("dissociate"), &values, &path, &error));
  CHECK(error.code == TETHER_BAD_ARGUMENT && strstr(error.text, "{b}") && path.length == 0);
  tether_buffer_free(&path);
  CHECK(!tether_operation_find("nothing") && tether_version_known("2025-09") && !tether_version_known("2024-01"));
  return failed != 0;
}
