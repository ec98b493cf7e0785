/* Paths: the overview's and the described ones, encoded. */
#include "core/wire/operation.h"

#include <string.h>

#include "check.h"

static void expect(const char *operation, tether_path_values values, const char *wanted) {
  tether_buffer path;
  tether_error error;
  tether_buffer_init(&path, TETHER_CEILING_PATH);
  CHECK(tether_operation_path(tether_operation_find(operation), &values, &path, &error));
  CHECK(path.length == strlen(wanted) && memcmp(path.data, wanted, path.length) == 0);
  tether_buffer_free(&path);
}

int main(void) {
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
