#include "portal/handlers.h"
#include "portal/route.h"

enum {
  DATED = PORTAL_2025_09 | PORTAL_2026_03 | PORTAL_2026_09,
  RECORDS = DATED | PORTAL_V3,
  LINKS = DATED | PORTAL_V4,
  TYPED = DATED | PORTAL_V3 | PORTAL_V4
};

/* Fixed words before parameters: the first match of path and method wins. */
static const portal_route routes[] = {
    {"record_create", "POST", "objects", "{f}", RECORDS, true, portal_record_create},
    {"record_list", "GET", "objects", "{f}", RECORDS, false, portal_record_list},
    {"records_create", "POST", "objects", "{f}/batch/create", RECORDS, true, portal_records_create},
    {"records_read", "POST", "objects", "{f}/batch/read", RECORDS, true, portal_records_read},
    {"records_update", "POST", "objects", "{f}/batch/update", RECORDS, true, portal_records_update},
    {"records_upsert", "POST", "objects", "{f}/batch/upsert", RECORDS, true, portal_records_upsert},
    {"records_archive", "POST", "objects", "{f}/batch/archive", RECORDS, true, portal_records_archive},
    {"record_search", "POST", "objects", "{f}/search", RECORDS, true, portal_record_search},
    {"record_get", "GET", "objects", "{f}/{a}", RECORDS, false, portal_record_get},
    {"record_update", "PATCH", "objects", "{f}/{a}", RECORDS, true, portal_record_update},
    {"record_archive", "DELETE", "objects", "{f}/{a}", RECORDS, false, portal_record_archive},
    {"associate_default", "PUT", "objects", "{f}/{a}/associations/default/{t}/{b}", LINKS, false,
     portal_associate_default},
    {"associate_labeled", "PUT", "objects", "{f}/{a}/associations/{t}/{b}", LINKS, true, portal_associate_labeled},
    {"associate_typed", "PUT", "objects", "{f}/{a}/associations/{t}/{b}/{i}", TYPED, false, portal_associate_typed},
    {"dissociate_typed", "DELETE", "objects", "{f}/{a}/associations/{t}/{b}/{i}", TYPED, false,
     portal_dissociate_typed},
    {"associations_list", "GET", "objects", "{f}/{a}/associations/{t}", LINKS, false, portal_associations_list},
    {"dissociate", "DELETE", "objects", "{f}/{a}/associations/{t}/{b}", LINKS, false, portal_dissociate},
    {"batch_create", "POST", "associations", "{f}/{t}/batch/create", LINKS, true, portal_batch_create},
    {"batch_read", "POST", "associations", "{f}/{t}/batch/read", LINKS, true, portal_batch_read},
    {"batch_default", "POST", "associations", "{f}/{t}/batch/associate/default", LINKS, true, portal_batch_default},
    {"batch_labels_archive", "POST", "associations", "{f}/{t}/batch/labels/archive", LINKS, true,
     portal_batch_labels_archive},
    {"batch_archive", "POST", "associations", "{f}/{t}/batch/archive", LINKS, true, portal_batch_archive},
    {"limits_all", "GET", "associations", "definitions/configurations/all", LINKS, false, portal_limits_all},
    {"limits_list", "GET", "associations", "definitions/configurations/{f}/{t}", LINKS, false, portal_limits_list},
    {"limits_create", "POST", "associations", "definitions/configurations/{f}/{t}/batch/create", LINKS, true,
     portal_limits_create},
    {"limits_update", "POST", "associations", "definitions/configurations/{f}/{t}/batch/update", LINKS, true,
     portal_limits_update},
    {"limits_purge", "POST", "associations", "definitions/configurations/{f}/{t}/batch/purge", LINKS, true,
     portal_limits_purge},
    {"labels_list", "GET", "associations", "{f}/{t}/labels", LINKS, false, portal_labels_list},
    {"labels_create", "POST", "associations", "{f}/{t}/labels", LINKS, true, portal_labels_create},
    {"labels_update", "PUT", "associations", "{f}/{t}/labels", LINKS, true, portal_labels_update},
    {"labels_delete", "DELETE", "associations", "{f}/{t}/labels/{i}", LINKS, false, portal_labels_delete},
};

const portal_route *portal_routes(size_t *count) {
  *count = sizeof routes / sizeof *routes;
  return routes;
}
