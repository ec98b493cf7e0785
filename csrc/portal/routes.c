#include "portal/handlers.h"
#include "portal/route.h"

enum {
  DATED = PORTAL_2025_09 | PORTAL_2026_03 | PORTAL_2026_09,
  RECORDS = DATED | PORTAL_V3,
  LINKS = DATED | PORTAL_V4,
  OAUTH = PORTAL_V1 | PORTAL_V3 | PORTAL_2026_03 | PORTAL_2026_09,
  TYPED = DATED | PORTAL_V3 | PORTAL_V4
};

/* Fixed words before parameters: the first match of path and method wins. */
static const portal_route routes[] = {
    {"record_create", "POST", "objects", "{f}", RECORDS, true, false, portal_record_create},
    {"record_list", "GET", "objects", "{f}", RECORDS, false, false, portal_record_list},
    {"records_create", "POST", "objects", "{f}/batch/create", RECORDS, true, false, portal_records_create},
    {"records_read", "POST", "objects", "{f}/batch/read", RECORDS, true, false, portal_records_read},
    {"records_update", "POST", "objects", "{f}/batch/update", RECORDS, true, false, portal_records_update},
    {"records_upsert", "POST", "objects", "{f}/batch/upsert", RECORDS, true, false, portal_records_upsert},
    {"records_archive", "POST", "objects", "{f}/batch/archive", RECORDS, true, false, portal_records_archive},
    {"record_search", "POST", "objects", "{f}/search", RECORDS, true, false, portal_record_search},
    {"record_get", "GET", "objects", "{f}/{a}", RECORDS, false, false, portal_record_get},
    {"record_update", "PATCH", "objects", "{f}/{a}", RECORDS, true, false, portal_record_update},
    {"record_archive", "DELETE", "objects", "{f}/{a}", RECORDS, false, false, portal_record_archive},
    {"associate_default", "PUT", "objects", "{f}/{a}/associations/default/{t}/{b}", LINKS, false, false,
     portal_associate_default},
    {"associate_labeled", "PUT", "objects", "{f}/{a}/associations/{t}/{b}", LINKS, true, false,
     portal_associate_labeled},
    {"associate_typed", "PUT", "objects", "{f}/{a}/associations/{t}/{b}/{i}", TYPED, false, false,
     portal_associate_typed},
    {"dissociate_typed", "DELETE", "objects", "{f}/{a}/associations/{t}/{b}/{i}", TYPED, false, false,
     portal_dissociate_typed},
    {"associations_list", "GET", "objects", "{f}/{a}/associations/{t}", LINKS, false, false, portal_associations_list},
    {"dissociate", "DELETE", "objects", "{f}/{a}/associations/{t}/{b}", LINKS, false, false, portal_dissociate},
    {"batch_create", "POST", "associations", "{f}/{t}/batch/create", LINKS, true, false, portal_batch_create},
    {"batch_read", "POST", "associations", "{f}/{t}/batch/read", LINKS, true, false, portal_batch_read},
    {"batch_default", "POST", "associations", "{f}/{t}/batch/associate/default", LINKS, true, false,
     portal_batch_default},
    {"batch_labels_archive", "POST", "associations", "{f}/{t}/batch/labels/archive", LINKS, true, false,
     portal_batch_labels_archive},
    {"batch_archive", "POST", "associations", "{f}/{t}/batch/archive", LINKS, true, false, portal_batch_archive},
    {"limits_all", "GET", "associations", "definitions/configurations/all", LINKS, false, false, portal_limits_all},
    {"limits_list", "GET", "associations", "definitions/configurations/{f}/{t}", LINKS, false, false,
     portal_limits_list},
    {"limits_create", "POST", "associations", "definitions/configurations/{f}/{t}/batch/create", LINKS, true, false,
     portal_limits_create},
    {"limits_update", "POST", "associations", "definitions/configurations/{f}/{t}/batch/update", LINKS, true, false,
     portal_limits_update},
    {"limits_purge", "POST", "associations", "definitions/configurations/{f}/{t}/batch/purge", LINKS, true, false,
     portal_limits_purge},
    {"labels_list", "GET", "associations", "{f}/{t}/labels", LINKS, false, false, portal_labels_list},
    {"labels_create", "POST", "associations", "{f}/{t}/labels", LINKS, true, false, portal_labels_create},
    {"labels_update", "PUT", "associations", "{f}/{t}/labels", LINKS, true, false, portal_labels_update},
    {"labels_delete", "DELETE", "associations", "{f}/{t}/labels/{i}", LINKS, false, false, portal_labels_delete},
    {"usage_report", "POST", "associations", "usage/high-usage-report/{i}", LINKS, false, false, portal_usage_report},
    {"track_labels", "GET", "limits", "associations/labels", RECORDS, false, false, portal_track_labels},
    {"track_from", "GET", "limits", "associations/records/from", RECORDS, false, false, portal_track_from},
    {"track_to", "GET", "limits", "associations/records/{f}/to", RECORDS, false, false, portal_track_to},
    {"track_pair", "GET", "limits", "associations/records/{f}/{t}", RECORDS, false, false, portal_track_pair},
    {"schemas_list", "GET", "schemas", "", RECORDS, false, false, portal_schemas_list},
    {"schema_create", "POST", "schemas", "", RECORDS, true, false, portal_schema_create},
    {"schema_get", "GET", "schemas", "{f}", RECORDS, false, false, portal_schema_get},
    {"schema_update", "PATCH", "schemas", "{f}", RECORDS, true, false, portal_schema_update},
    {"schema_delete", "DELETE", "schemas", "{f}", RECORDS, false, false, portal_schema_delete},
    {"schema_associate", "POST", "schemas", "{f}/associations", RECORDS, true, false, portal_schema_associate},
    {"account", "GET", "account", "details", RECORDS, false, false, portal_account},
    {"oauth_token", "POST", "oauth", "token", OAUTH, false, true, portal_oauth_token},
};

const portal_route *portal_routes(size_t *count) {
  *count = sizeof routes / sizeof *routes;
  return routes;
}
