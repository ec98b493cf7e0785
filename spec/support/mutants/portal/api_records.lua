-- Slips in the portal's routes of records.
return {
  folder = "csrc/portal/api/records/",
  specs = { "portal/noticed_spec", "portal/edges_spec", "portal/search_spec", "noticed_spec", "portal/records_spec", "portal/rules_spec", "portal/operations_spec", "portal/recorded_spec",
    "portal/boundaries_spec", "portal/switches_spec", "portal/neighbours_spec" },
  slips = {
    { "filter.c", "return order < 0;", "return order <= 0;", "boundary: LT" },
    { "filter.c", "return order <= 0;", "return order < 0;", "boundary: LTE" },
    { "filter.c", "return order > 0;", "return order >= 0;", "boundary: GT" },
    { "filter.c", "return order == 0;", "return order != 0;", "sign: EQ" },
    { "filter.c", "fnmatch(pattern, word, FNM_CASEFOLD)", "fnmatch(pattern, word, 0)", "condition dropped: case of words" },
    { "search.c", "return strncmp(name, \"N\", 1) == 0 ? !found : found;", "return strcmp(name, \"NEQ\") == 0 ? !found : found;", "one operator less: NOT_IN" },
    { "search.c", "return json_array_size(groups) == 0;", "return true;", "rule dropped: no group holds" },
    { "search.c", "if (json_array_size(filters) > 0 && json_array_size(groups) > 0)", "if (false)", "rule dropped: filters and groups" },
    { "candidates.c", "return json_array_size(groups) > 0;", "return true;", "boundary: no groups" },
    { "records.c", "if (call->request->version != PORTAL_2026_09) return true;", "if (call->request->version == PORTAL_2026_09) return true;", "sign: rules of a version" },
    { "records_batch.c", "json_array_size(inputs) <= WITH_HISTORY_MOST ||", "json_array_size(inputs) < WITH_HISTORY_MOST ||", "boundary: records with their history" },
    { "records_batch.c", "return !property || portal_property_unique(", "return true || portal_property_unique(", "rule dropped: a property that is not unique" },
    { "records_create.c", "call->problem->status != 409 || first == count ||", "first == count ||", "status: which refusals" },
  },
}
