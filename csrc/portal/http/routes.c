#include "portal/api/handlers.h"
#include "portal/http/route.h"

enum {
  BODY = PORTAL_ROUTE_BODY,
  OPEN = PORTAL_ROUTE_OPEN,
  EXEMPT = PORTAL_ROUTE_EXEMPT,
  ADMIN = PORTAL_ROUTE_ADMIN,
  INPUTS = PORTAL_ROUTE_INPUTS,
  TYPED_PATH = PORTAL_ROUTE_TYPED
};

enum {
  DATED = PORTAL_2025_09 | PORTAL_2026_03 | PORTAL_2026_09,
  RECORDS = DATED | PORTAL_V3,
  LINKS = DATED | PORTAL_V4,
  OAUTH = PORTAL_V1 | PORTAL_V3 | PORTAL_2026_03 | PORTAL_2026_09,
  TYPED = DATED | PORTAL_V3 | PORTAL_V4
};

/* Fixed words before parameters: the first match of path and method wins. */
static const portal_route routes[] = {
    {"record_create", "POST", "objects", "{f}", RECORDS, BODY, portal_record_create},
    {"record_list", "GET", "objects", "{f}", RECORDS, 0, portal_record_list},
    {"records_create", "POST", "objects", "{f}/batch/create", RECORDS, BODY, portal_records_create},
    {"records_read", "POST", "objects", "{f}/batch/read", RECORDS, BODY, portal_records_read},
    {"records_update", "POST", "objects", "{f}/batch/update", RECORDS, BODY, portal_records_update},
    {"records_upsert", "POST", "objects", "{f}/batch/upsert", RECORDS, BODY, portal_records_upsert},
    {"records_archive", "POST", "objects", "{f}/batch/archive", RECORDS, BODY, portal_records_archive},
    {"record_merge", "POST", "objects", "{f}/merge", RECORDS, BODY, portal_record_merge_two},
    {"record_gdpr_delete", "POST", "objects", "{f}/gdpr-delete", RECORDS, BODY, portal_record_gdpr_delete},
    {"record_search", "POST", "objects", "{f}/search", RECORDS, BODY | EXEMPT, portal_record_search},
    {"record_get", "GET", "objects", "{f}/{a}", RECORDS, 0, portal_record_get},
    {"record_update", "PATCH", "objects", "{f}/{a}", RECORDS, BODY, portal_record_update},
    {"record_archive", "DELETE", "objects", "{f}/{a}", RECORDS, 0, portal_record_archive},
    {"associate_default", "PUT", "objects", "{f}/{a}/associations/default/{t}/{b}", LINKS, 0, portal_associate_default},
    {"associate_labeled", "PUT", "objects", "{f}/{a}/associations/{t}/{b}", LINKS, BODY, portal_associate_labeled},
    {"associate_typed", "PUT", "objects", "{f}/{a}/associations/{t}/{b}/{i}", TYPED, TYPED_PATH,
     portal_associate_typed},
    {"dissociate_typed", "DELETE", "objects", "{f}/{a}/associations/{t}/{b}/{i}", TYPED, TYPED_PATH,
     portal_dissociate_typed},
    {"associations_list", "GET", "objects", "{f}/{a}/associations/{t}", LINKS, 0, portal_associations_list},
    {"dissociate", "DELETE", "objects", "{f}/{a}/associations/{t}/{b}", LINKS, 0, portal_dissociate},
    {"batch_create", "POST", "associations", "{f}/{t}/batch/create", LINKS, BODY | EXEMPT | INPUTS,
     portal_batch_create},
    {"batch_read", "POST", "associations", "{f}/{t}/batch/read", LINKS, BODY | EXEMPT | INPUTS, portal_batch_read},
    {"batch_default", "POST", "associations", "{f}/{t}/batch/associate/default", LINKS, BODY | EXEMPT,
     portal_batch_default},
    {"batch_labels_archive", "POST", "associations", "{f}/{t}/batch/labels/archive", LINKS, BODY | EXEMPT,
     portal_batch_labels_archive},
    {"batch_archive", "POST", "associations", "{f}/{t}/batch/archive", LINKS, BODY | EXEMPT, portal_batch_archive},
    {"v3_list", "GET", "objects", "{f}/{a}/associations/{t}", PORTAL_V3, 0, portal_v3_list},
    {"v3_batch_create", "POST", "associations", "{f}/{t}/batch/create", PORTAL_V3, BODY | EXEMPT,
     portal_v3_batch_create},
    {"v3_batch_read", "POST", "associations", "{f}/{t}/batch/read", PORTAL_V3, BODY | EXEMPT, portal_v3_batch_read},
    {"v3_batch_archive", "POST", "associations", "{f}/{t}/batch/archive", PORTAL_V3, BODY | EXEMPT,
     portal_v3_batch_archive},
    {"v3_types", "GET", "associations", "{f}/{t}/types", PORTAL_V3, EXEMPT, portal_v3_types},
    {"limits_all", "GET", "associations", "definitions/configurations/all", LINKS, EXEMPT, portal_limits_all},
    {"limits_list", "GET", "associations", "definitions/configurations/{f}/{t}", LINKS, EXEMPT, portal_limits_list},
    {"limits_create", "POST", "associations", "definitions/configurations/{f}/{t}/batch/create", LINKS, BODY | EXEMPT,
     portal_limits_create},
    {"limits_update", "POST", "associations", "definitions/configurations/{f}/{t}/batch/update", LINKS, BODY | EXEMPT,
     portal_limits_update},
    {"limits_purge", "POST", "associations", "definitions/configurations/{f}/{t}/batch/purge", LINKS, BODY | EXEMPT,
     portal_limits_purge},
    {"labels_list", "GET", "associations", "{f}/{t}/labels", LINKS, EXEMPT, portal_labels_list},
    {"labels_create", "POST", "associations", "{f}/{t}/labels", LINKS, BODY | EXEMPT, portal_labels_create},
    {"labels_update", "PUT", "associations", "{f}/{t}/labels", LINKS, BODY | EXEMPT, portal_labels_update},
    {"labels_delete", "DELETE", "associations", "{f}/{t}/labels/{i}", LINKS, EXEMPT, portal_labels_delete},
    {"usage_report", "POST", "associations", "usage/high-usage-report/{i}", LINKS, EXEMPT, portal_usage_report},
    {"track_labels", "GET", "limits", "associations/labels", RECORDS, 0, portal_track_labels},
    {"track_from", "GET", "limits", "associations/records/from", RECORDS, 0, portal_track_from},
    {"track_to", "GET", "limits", "associations/records/{f}/to", RECORDS, 0, portal_track_to},
    {"track_pair", "GET", "limits", "associations/records/{f}/{t}", RECORDS, 0, portal_track_pair},
    {"schemas_list", "GET", "schemas", "", RECORDS, 0, portal_schemas_list},
    {"schema_create", "POST", "schemas", "", RECORDS, BODY, portal_schema_create},
    {"schema_get", "GET", "schemas", "{f}", RECORDS, 0, portal_schema_get},
    {"schema_update", "PATCH", "schemas", "{f}", RECORDS, BODY, portal_schema_update},
    {"schema_delete", "DELETE", "schemas", "{f}", RECORDS, 0, portal_schema_delete},
    {"schemas_read", "POST", "schemas", "batch/read", RECORDS, BODY, portal_schemas_read},
    {"schema_associate", "POST", "schemas", "{f}/associations", RECORDS, BODY, portal_schema_associate},
    {"schema_dissociate", "DELETE", "schemas", "{f}/associations/{i}", RECORDS, 0, portal_schema_dissociate},
    {"api_usage", "GET", "account", "api-usage/daily/private-apps", RECORDS, 0, portal_api_usage},
    {"account", "GET", "account", "details", RECORDS, 0, portal_account},
    {"oauth_token", "POST", "oauth", "token", OAUTH, OPEN, portal_oauth_token},
    {"oauth_introspect", "POST", "oauth", "token/introspect", OAUTH & ~PORTAL_V1, OPEN, portal_oauth_introspect},
    {"oauth_revoke", "POST", "oauth", "token/revoke", OAUTH & ~PORTAL_V1, OPEN, portal_oauth_revoke},
    {"oauth_access_token", "GET", "oauth", "access-tokens/{i}", PORTAL_V1, OPEN, portal_oauth_access_token},
    {"oauth_refresh_token", "GET", "oauth", "refresh-tokens/{i}", PORTAL_V1, OPEN, portal_oauth_refresh_token},
    {"oauth_delete_refresh_token", "DELETE", "oauth", "refresh-tokens/{i}", PORTAL_V1, OPEN,
     portal_oauth_delete_refresh_token},
    {"oauth_private_app", "POST", "oauth", "private-apps/get/access-token-info", PORTAL_V2, OPEN | BODY,
     portal_oauth_private_app},
    {"admin_state", "GET", "portal", "state", 0, ADMIN, portal_admin_state},
    {"admin_seed", "POST", "portal", "state", 0, ADMIN, portal_admin_seed},
    {"admin_reset", "DELETE", "portal", "state", 0, ADMIN, portal_admin_reset},
    {"admin_fault", "POST", "portal", "faults", 0, ADMIN | BODY, portal_admin_fault},
    {"admin_clear_faults", "DELETE", "portal", "faults", 0, ADMIN, portal_admin_clear_faults},
    {"admin_switches", "PATCH", "portal", "switches", 0, ADMIN | BODY, portal_admin_switches},
    {"admin_clock", "PATCH", "portal", "clock", 0, ADMIN | BODY, portal_admin_clock},
    {"admin_counters", "GET", "portal", "counters", 0, ADMIN, portal_admin_counters},
    {"admin_reports", "GET", "portal", "reports", 0, ADMIN, portal_admin_reports},
    {"admin_log", "GET", "portal", "log", 0, ADMIN, portal_admin_log},
    {"admin_clear_log", "DELETE", "portal", "log", 0, ADMIN, portal_admin_clear_log},
};

_Static_assert(sizeof routes / sizeof *routes <= PORTAL_OPERATIONS_MOST, "a counter for each route");

size_t portal_route_number(const portal_route *route) { return (size_t)(route - routes); }

const portal_route *portal_routes(size_t *count) {
  *count = sizeof routes / sizeof *routes;
  return routes;
}
