-- Slips in what all resources of the portal share.
return {
  folder = "csrc/portal/api/",
  slow = { "portal" },
  specs = { "portal/noticed_spec", "portal/edges_spec", "portal/batches_spec", "portal/associations_spec", "portal/records_spec", "portal/boundaries_spec", "portal/operations_spec",
    "portal/neighbours_spec", "portal/switches_spec", "portal/version3_spec" },
  slips = {
    { "batch.c", "if (batch->results++) portal_put(writer, \",\");", "if (++batch->results > 2) portal_put(writer, \",\");", "boundary: commas" },
    { "batch.c", "if (batch->whole && batch->errors) cancel(batch);", "", "rule dropped: a batch as a whole" },
    { "batch.c", "if (whole && batch.errors) break;", "", "rule dropped: the first error ends it",
      survives = "what is done behind the error is taken back with the rest" },
    { "batch.c", "return portal_batch_end(&batch, i == 0 && fine == 201 ? 200 : fine, partial);", "return portal_batch_end(&batch, fine, partial);", "status: nothing was created" },
    { "inputs.c", "if (!take(reader, \"}\")) {", "if (false) {", "rule dropped: the end of a body" },
    { "inputs.c", "if (reader->count > 0 && !take(reader, \",\")) return", "if (false) return", "rule dropped: commas between inputs" },
    { "batch.c", "answer->undone = true;", "", "flag forgotten: what was done is taken back" },
    { "read.c", "if (!value || json_is_null(value))", "if (!value)", "condition dropped: null is missing" },
    { "read.c", "if (c == '\\n') {", "if (false) {", "rule dropped: lines of a body" },
    { "read.c", "if ((int64_t)json_array_size(inputs) <= most) return arrange", "if ((int64_t)json_array_size(inputs) < most) return arrange", "boundary: inputs" },
    { "read.c", "if (id > 0 && strcmp(category, \"USER_DEFINED\") == 0) type = portal_catalog_type(call->store->catalog, -id);",
      "if (id > 0 && strcmp(category, \"USER_DEFINED\") == 0) type = portal_catalog_type(call->store->catalog, id);", "sign: types of the account" },
    { "view.c", "if (targets++ == call->store->switches[PORTAL_PAGE]) {", "if (++targets == call->store->switches[PORTAL_PAGE]) {", "boundary: a page of links" },
    { "view.c", "? \"createdate\" : \"hs_createdate\";", "? \"hs_createdate\" : \"hs_createdate\";", "constant: the name of a property" },
  },
}
