/* The portal's fuzz target without a fuzzer: requests of every kind, bent at random from a fixed seed. Given a folder,
 * it writes the requests there, for the fuzzer to begin with. */
#include <stdio.h>

#include "../fuzz/portal_fuzz.c"
#include "check.h"

#define ROOT "/crm/objects/2026-03/"
#define PAIR "/crm/associations/2026-03/contacts/companies/"
#define TYPES "[{\"associationCategory\":\"HUBSPOT_DEFINED\",\"associationTypeId\":1}]"
#define INPUTS "{\"inputs\":[{\"from\":{\"id\":\"102\"},\"to\":{\"id\":9001},\"types\":" TYPES "}]}"

static const char *const requests[] = {
    "POST " ROOT
    "contacts\n{\"properties\":{\"email\":\"k@example.com\",\"age\":7},\"associations\":[{\"to\":{\"id\":9001},"
    "\"types\":" TYPES "}]}",
    "GET " ROOT "contacts/101?properties=email,x&associations=companies,2-33",
    "GET " ROOT "contacts?limit=2&after=101&archived=false",
    "PATCH " ROOT "contacts/101\n{\"properties\":{\"email\":\"\"}}",
    "DELETE " ROOT "contacts/102",
    "POST " ROOT "contacts/search\n{\"filterGroups\":[{\"filters\":[{\"propertyName\":\"email\",\"operator\":\"EQ\","
    "\"value\":\"j@example.com\"}]}],\"sorts\":[\"-createdate\"],\"limit\":5,\"query\":\"j\"}",
    "POST " ROOT "contacts/batch/read\n{\"inputs\":[{\"id\":\"101\"},{\"id\":5}],\"properties\":[\"email\"]}",
    "POST " ROOT
    "contacts/batch/upsert\n{\"inputs\":[{\"id\":\"k@x.org\",\"idProperty\":\"email\",\"properties\":{}}]}",
    "POST " ROOT "contacts/batch/create\n{\"inputs\":[{\"properties\":{},\"objectWriteTraceId\":\"a\"}]}",
    "POST " ROOT "contacts/merge\n{\"primaryObjectId\":\"101\",\"objectIdToMerge\":\"102\"}",
    "PUT " ROOT "contacts/102/associations/default/companies/9001",
    "PUT " ROOT "contacts/102/associations/companies/9001\n" TYPES,
    "PUT " ROOT "contacts/102/associations/companies/9001/279",
    "DELETE " ROOT "contacts/101/associations/companies/9001/42",
    "GET /crm/v4/objects/contact/101/associations/company?limit=1&after=MC0yLTc1MDI%3D",
    "DELETE " ROOT "companies/9001/associations/contacts/101",
    "POST " PAIR "batch/create\n" INPUTS,
    "POST "
    "/crm/objects/2026-03/associations/contacts/companies/batch/read\n{\"inputs\":[{\"id\":\"101\",\"after\":\"x\"}]}",
    "POST " PAIR "batch/labels/archive\n" INPUTS,
    "POST " PAIR "batch/archive\n{\"inputs\":[{\"from\":{\"id\":101},\"to\":[{\"id\":9001}]}]}",
    "POST " PAIR "batch/associate/default\n{\"inputs\":[{\"from\":{\"id\":101},\"to\":{\"id\":9001}}]}",
    "GET " PAIR "labels",
    "POST " PAIR "labels\n{\"label\":\"Chef\",\"name\":\"chef\",\"inverseLabel\":\"Cook\"}",
    "PUT " PAIR "labels\n{\"associationTypeId\":42,\"label\":\"Chief\"}",
    "DELETE " PAIR "labels/42",
    "POST /crm/associations/2026-03/definitions/configurations/contacts/companies/batch/update\n"
    "{\"inputs\":[{\"category\":\"USER_DEFINED\",\"typeId\":42,\"maxToObjectIds\":1}]}",
    "GET /crm/associations/2026-03/definitions/configurations/all",
    "GET /crm/limits/2026-03/associations/records/0-1/0-2",
    "GET /crm/limits/2026-03/associations/labels?fromObjectTypeId=0-1",
    "POST /crm-object-schemas/2026-03/schemas\n{\"name\":\"car\",\"labels\":{},\"associatedObjects\":[\"contacts\"]}",
    "GET /crm-object-schemas/v3/schemas/p_pet",
    "DELETE /crm-object-schemas/v3/schemas/2-33",
    "POST /oauth/v1/token\ngrant_type=refresh_token&refresh_token=%41",
    "POST "
    "/portal/"
    "state\n{\"kind\":\"link\",\"from\":\"contacts\",\"fromId\":\"102\",\"to\":\"companies\",\"toId\":\"9001\"}",
    "GET /crm/v3/objects/contacts/101/associations/companies?limit=1",
    "POST /crm/v3/associations/contacts/companies/batch/create\n{\"inputs\":[{\"from\":{\"id\":\"102\"},"
    "\"to\":{\"id\":\"9001\"},\"type\":\"contact_to_company\"}]}",
    "POST /crm/v3/associations/contacts/companies/batch/read\n{\"inputs\":[{\"id\":\"101\"}]}",
    "POST /crm/v3/associations/contacts/companies/batch/archive\n{\"inputs\":[{\"from\":{\"id\":\"101\"},"
    "\"to\":{\"id\":\"9001\"},\"type\":42}]}",
    "GET /crm/v3/associations/contacts/companies/types",
    "GET " ROOT "contacts/101?propertiesWithHistory=email,age",
    "POST /crm-object-schemas/v3/schemas/batch/read\n{\"inputs\":[\"p_pet\",\"x\"],"
    "\"includePropertyDefinitions\":false}",
    "POST /crm-object-schemas/v3/schemas/p_pet/associations\n{\"fromObjectTypeId\":\"2-33\","
    "\"toObjectTypeId\":\"0-1\",\"name\":\"of\"}",
    "DELETE /crm-object-schemas/v3/schemas/p_pet/associations/42",
    "POST /oauth/v3/token/introspect\ntoken=t&token_type_hint=refresh_token",
    "POST /oauth/v2/private-apps/get/access-token-info\n{\"tokenKey\":\"t\"}",
    "POST /portal/state\n{\"kind\":\"restore\",\"type\":\"contacts\",\"id\":\"102\"}",
    "GET /portal/log",
    "GET /portal/state",
    "PATCH "
    "/portal/"
    "switches\n{\"labels\":\"append\",\"stale_reads\":5,\"tracking_delay\":5,\"page\":1,\"burst\":3,\"first_primary\":"
    "\"on\"}",
    "POST "
    "/portal/faults\n{\"operation\":\"batch_*\",\"nth\":2,\"status\":503,\"truncate\":true,\"headers\":{\"A\":\"b\"}}",
    "PATCH /portal/clock\n{\"advance\":11}",
    "PUT /portal/snapshots/a",
    "POST /portal/snapshots/a/restore",
    "GET /portal/snapshots",
    "DELETE /portal/snapshots/a",
    "GET /portal/health",
    "GET /portal",
    "GET /portal/page/app.js",
    "GET /portal/overview",
    "GET /portal/records?type=contacts&text=j%25_&after=1",
    "GET /portal/records?text=101",
    "GET /portal/records/contacts/101?limit=1&after=0",
    "GET /portal/records/companies/9001/links/contacts?limit=500",
    "GET /portal/pairs/contacts/companies",
    "GET /portal/lab",
    "GET /portal/limits",
    "GET /portal/operations",
    "GET /portal/log/1",
    "GET /portal/log/live?after=3",
    "DELETE /portal/faults/0",
    "GET /portal/forks",
    "POST /portal/forks",
};

enum { KINDS = sizeof requests / sizeof *requests, RUNS = 6000, LONGEST = 4096 };

static uint64_t state = 20260330;

static size_t any(size_t below) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (size_t)(state % below);
}

static size_t add_request(char *text, size_t length) {
  const char *one = requests[any(KINDS)];
  size_t size = strlen(one) + 1;
  if (length + size > LONGEST) return length;
  memcpy(text + length, one, size);
  return length + size;
}

/* Another byte, one less, one more, or a piece that stands twice. */
static size_t bend(char *text, size_t length) {
  static const char sharp[] = "\"{}[]:,\\/%?&=-0 9\n\1\377nult";
  size_t at = any(length), piece = 1 + any(12);
  switch (any(4)) {
  case 0:
    text[at] = sharp[any(sizeof sharp)];
    return length;
  case 1:
    memmove(text + at, text + at + 1, length - at - 1);
    return length - 1;
  case 2:
    text[at] = (char)any(256);
    return length;
  default:
    if (at + piece > length || length + piece > LONGEST) return length;
    memmove(text + at + piece, text + at, length - at);
    return length + piece;
  }
}

static bool write_requests(const char *folder) {
  for (size_t i = 0; i < KINDS; i++) {
    char name[400];
    snprintf(name, sizeof name, "%.300s/request-%zu", folder, i);
    FILE *file = fopen(name, "wb");
    if (!file) return false;
    bool fine = fputs(requests[i], file) >= 0;
    if (fclose(file) != 0 || !fine) return false;
  }
  return true;
}

int main(int given, char **words) {
  char text[LONGEST];
  if (given > 1) return !write_requests(words[1]);
  for (size_t i = 0; i < KINDS; i++) LLVMFuzzerTestOneInput((const uint8_t *)requests[i], strlen(requests[i]));
  for (int run = 0; run < RUNS; run++) {
    size_t length = 0, count = 1 + any(4), bends = any(6);
    for (size_t i = 0; i < count; i++) length = add_request(text, length);
    for (size_t i = 0; i < bends && length > 1; i++) length = bend(text, length);
    LLVMFuzzerTestOneInput((const uint8_t *)text, length);
  }
  portal_app *app = fresh_app();
  CHECK(portal_links_count(&app->store, portal_catalog_type(app->store.catalog, 279), 101) == 1);
  portal_app_close(app);
  return failed != 0;
}
