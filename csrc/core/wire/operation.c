#include "core/wire/operation.h"

#include <string.h>

/* Sources: paths of the dated versions and v4 from HubSpot's API description; the overview's forms from its page for
 * 2026-03. */
#define RECORD "/crm/objects/{v}/{f}"
#define RECORD_V3 "/crm/v3/objects/{f}"
#define LINKS RECORD "/{a}/associations"
#define LINKS_V4 "/crm/v4/objects/{f}/{a}/associations"
#define PAIR "/crm/associations/{v}/{f}/{t}"
#define PAIR_OVERVIEW "/crm/objects/{v}/associations/{f}/{t}"
#define PAIR_V4 "/crm/v4/associations/{f}/{t}"
#define LIMITS "/crm/associations/{v}/definitions/configurations"
#define LIMITS_V4 "/crm/v4/associations/definitions/configurations"
#define TRACK "/crm/limits/{v}/associations"
#define TRACK_V3 "/crm/v3/limits/associations"
#define SCHEMAS "/crm-object-schemas/{v}/schemas"
#define SCHEMAS_V3 "/crm-object-schemas/v3/schemas"

static const tether_operation operations[] = {
    {"record_create", "POST", RECORD, NULL, RECORD_V3, TETHER_CREATES},
    {"record_get", "GET", RECORD "/{a}", NULL, RECORD_V3 "/{a}", TETHER_READS},
    {"record_list", "GET", RECORD, NULL, RECORD_V3, TETHER_READS},
    {"record_update", "PATCH", RECORD "/{a}", NULL, RECORD_V3 "/{a}", TETHER_CONVERGES},
    {"record_archive", "DELETE", RECORD "/{a}", NULL, RECORD_V3 "/{a}", TETHER_CONVERGES},
    {"record_search", "POST", RECORD "/search", NULL, RECORD_V3 "/search", TETHER_READS},
    {"records_create", "POST", RECORD "/batch/create", NULL, RECORD_V3 "/batch/create", TETHER_CREATES},
    {"records_read", "POST", RECORD "/batch/read", NULL, RECORD_V3 "/batch/read", TETHER_READS},
    {"records_update", "POST", RECORD "/batch/update", NULL, RECORD_V3 "/batch/update", TETHER_CONVERGES},
    {"records_upsert", "POST", RECORD "/batch/upsert", NULL, RECORD_V3 "/batch/upsert", TETHER_CONVERGES},
    {"records_archive", "POST", RECORD "/batch/archive", NULL, RECORD_V3 "/batch/archive", TETHER_CONVERGES},
    {"associate_default", "PUT", LINKS "/default/{t}/{b}", NULL, LINKS_V4 "/default/{t}/{b}", TETHER_CONVERGES},
    {"associate_labeled", "PUT", LINKS "/{t}/{b}", NULL, LINKS_V4 "/{t}/{b}", TETHER_CONVERGES},
    {"associate_typed", "PUT", LINKS "/{t}/{b}/{id}", NULL, RECORD_V3 "/{a}/associations/{t}/{b}/{id}",
     TETHER_CONVERGES},
    {"dissociate_typed", "DELETE", LINKS "/{t}/{b}/{id}", NULL, RECORD_V3 "/{a}/associations/{t}/{b}/{id}",
     TETHER_CONVERGES},
    {"associations_list", "GET", LINKS "/{t}", NULL, LINKS_V4 "/{t}", TETHER_READS},
    {"dissociate", "DELETE", LINKS "/{t}/{b}", NULL, LINKS_V4 "/{t}/{b}", TETHER_CONVERGES},
    {"batch_create", "POST", PAIR "/batch/create", PAIR_OVERVIEW "/batch/create", PAIR_V4 "/batch/create",
     TETHER_CONVERGES},
    {"batch_read", "POST", PAIR "/batch/read", PAIR_OVERVIEW "/batch/read", PAIR_V4 "/batch/read", TETHER_READS},
    {"batch_labels_archive", "POST", PAIR "/batch/labels/archive", PAIR_OVERVIEW "/batch/labels/archive",
     PAIR_V4 "/batch/labels/archive", TETHER_CONVERGES},
    {"batch_archive", "POST", PAIR "/batch/archive", PAIR_OVERVIEW "/batch/archive", PAIR_V4 "/batch/archive",
     TETHER_CONVERGES},
    {"batch_default", "POST", PAIR "/batch/associate/default", PAIR_OVERVIEW "/batch/associate/default",
     PAIR_V4 "/batch/associate/default", TETHER_CONVERGES},
    {"usage_report", "POST", "/crm/associations/{v}/usage/high-usage-report/{id}", NULL,
     "/crm/v4/associations/usage/high-usage-report/{id}", TETHER_MAILS},
    {"labels_list", "GET", PAIR "/labels", NULL, PAIR_V4 "/labels", TETHER_READS},
    {"labels_create", "POST", PAIR "/labels", NULL, PAIR_V4 "/labels", TETHER_CREATES},
    {"labels_update", "PUT", PAIR "/labels", NULL, PAIR_V4 "/labels", TETHER_CONVERGES},
    {"labels_delete", "DELETE", PAIR "/labels/{id}", NULL, PAIR_V4 "/labels/{id}", TETHER_CONVERGES},
    {"limits_all", "GET", LIMITS "/all", NULL, LIMITS_V4 "/all", TETHER_READS},
    {"limits_list", "GET", LIMITS "/{f}/{t}", NULL, LIMITS_V4 "/{f}/{t}", TETHER_READS},
    {"limits_create", "POST", LIMITS "/{f}/{t}/batch/create", NULL, LIMITS_V4 "/{f}/{t}/batch/create",
     TETHER_CONVERGES},
    {"limits_update", "POST", LIMITS "/{f}/{t}/batch/update", NULL, LIMITS_V4 "/{f}/{t}/batch/update",
     TETHER_CONVERGES},
    {"limits_purge", "POST", LIMITS "/{f}/{t}/batch/purge", NULL, LIMITS_V4 "/{f}/{t}/batch/purge", TETHER_CONVERGES},
    {"track_labels", "GET", TRACK "/labels", NULL, TRACK_V3 "/labels", TETHER_READS},
    {"track_from", "GET", TRACK "/records/from", NULL, TRACK_V3 "/records/from", TETHER_READS},
    {"track_to", "GET", TRACK "/records/{f}/to", NULL, TRACK_V3 "/records/{f}/to", TETHER_READS},
    {"track_pair", "GET", TRACK "/records/{f}/{t}", NULL, TRACK_V3 "/records/{f}/{t}", TETHER_READS},
    {"track_records", "GET", "/crm/limits/{v}/records", NULL, "/crm/v3/limits/records", TETHER_READS},
    {"track_pipelines", "GET", "/crm/limits/{v}/pipelines", NULL, "/crm/v3/limits/pipelines", TETHER_READS},
    {"track_properties", "GET", "/crm/limits/{v}/custom-properties", NULL, "/crm/v3/limits/custom-properties",
     TETHER_READS},
    {"track_objects", "GET", "/crm/limits/{v}/custom-object-types", NULL, "/crm/v3/limits/custom-object-types",
     TETHER_READS},
    {"track_calculated", "GET", "/crm/limits/{v}/calculated-properties", NULL, "/crm/v3/limits/calculated-properties",
     TETHER_READS},
    {"schemas_list", "GET", SCHEMAS, NULL, SCHEMAS_V3, TETHER_READS},
    {"schema_get", "GET", SCHEMAS "/{f}", NULL, SCHEMAS_V3 "/{f}", TETHER_READS},
    {"account", "GET", "/account-info/{v}/details", NULL, "/account-info/v3/details", TETHER_READS},
};

/* How many inputs one request of an operation may hold. These numbers move, so each has its date. */
typedef struct {
  const char *operation;
  const char *version; /* NULL: every version */
  int most;
  const char *since; /* ISO date of the source that gives the number; "": nobody documents it */
} ceiling;

/* 1,000 and 2,000 as the guide has them since the changelog of 10 February 2025 (100 had been announced before), 100
 * for objects from recorded refusals; where nobody documents a number 100 is kept, which no source contradicts. */
static const ceiling ceilings[] = {
    {"records_create", NULL, 100, "2026-08-21"},
    {"records_read", NULL, 100, "2026-08-21"},
    {"records_update", NULL, 100, "2026-08-21"},
    {"records_upsert", NULL, 100, "2026-08-21"},
    {"records_archive", NULL, 100, "2026-08-21"},
    {"batch_create", NULL, 2000, "2025-02-10"},
    {"batch_read", NULL, 1000, "2025-02-10"},
    {"batch_labels_archive", NULL, 100, ""},
    {"batch_archive", NULL, 100, ""},
    {"batch_default", NULL, 100, ""},
    {"limits_create", NULL, 100, ""},
    {"limits_update", NULL, 100, ""},
    {"limits_purge", NULL, 100, ""},
};

int tether_operation_ceiling(const tether_operation *operation, const char *version) {
  int most = 0;
  for (size_t i = 0; i < sizeof ceilings / sizeof *ceilings; i++) {
    if (strcmp(ceilings[i].operation, operation->name) != 0) continue;
    if (!ceilings[i].version) most = ceilings[i].most;
    if (ceilings[i].version && strcmp(ceilings[i].version, version) == 0) return ceilings[i].most;
  }
  return most;
}

enum { OPERATIONS = sizeof operations / sizeof *operations };

const tether_operation *tether_operations(size_t *count) {
  *count = OPERATIONS;
  return operations;
}

const tether_operation *tether_operation_find(const char *name) {
  for (size_t i = 0; i < OPERATIONS; i++)
    if (strcmp(operations[i].name, name) == 0) return &operations[i];
  return NULL;
}

bool tether_version_known(const char *version) {
  static const char *const known[] = {"v4", "2025-09", "2026-03", "2026-09"};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strcmp(known[i], version) == 0) return true;
  return false;
}

bool tether_percent_encode(const char *text, size_t length, tether_buffer *out, tether_error *error) {
  static const char kept[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  static const char hex[] = "0123456789ABCDEF";
  if (length > out->ceiling / 3) return tether_fail(error, TETHER_TOO_LARGE, "%zu bytes in a path", length);
  char *start = tether_buffer_room(out, 3 * length + 1, error), *at = start;
  if (!start) return false;
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c && strchr(kept, c)) {
      *at++ = (char)c;
    } else {
      *at++ = '%';
      *at++ = hex[c >> 4];
      *at++ = hex[c & 15];
    }
  }
  out->length += (size_t)(at - start);
  return true;
}

static const char *value_of(const tether_path_values *values, const char *name, size_t length) {
  if (length == 2) return values->id; /* {id} */
  switch (*name) {
  case 'v':
    return values->version;
  case 'f':
    return values->f;
  case 't':
    return values->t;
  case 'a':
    return values->a;
  default:
    return values->b;
  }
}

static const char *path_of(const tether_operation *operation, const tether_path_values *values) {
  if (strcmp(values->version, "v4") == 0) return operation->v4;
  if (values->form == TETHER_FORM_OVERVIEW && operation->overview) return operation->overview;
  return operation->dated;
}

bool tether_operation_path(const tether_operation *operation, const tether_path_values *values, tether_buffer *out,
                           tether_error *error) {
  size_t before = out->length;
  const char *path = path_of(operation, values);
  if (!path) return tether_fail(error, TETHER_BAD_ARGUMENT, "%s is not part of version v4", operation->name);
  bool fine = true;
  while (*path && fine) {
    size_t plain = strcspn(path, "{");
    fine = tether_buffer_add(out, path, plain, error);
    path += plain;
    if (!fine || !*path) break;
    size_t name = strcspn(++path, "}");
    const char *value = value_of(values, path, name);
    if (value && *value)
      fine = tether_percent_encode(value, strlen(value), out, error);
    else
      fine = tether_fail(error, TETHER_BAD_ARGUMENT, "%s: no value for {%.*s}", operation->name, (int)name, path);
    path += name + 1;
  }
  if (!fine) out->length = before;
  return fine;
}
