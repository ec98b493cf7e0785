-- Slips in the portal's routes of links.
return {
  folder = "csrc/portal/api/links/",
  specs = { "portal/noticed_spec", "portal/edges_spec", "portal/associations_spec", "portal/batches_spec", "portal/labels_spec", "portal/rules_spec", "portal/version3_spec",
    "portal/boundaries_spec", "portal/neighbours_spec", "portal/switches_spec", "portal/operations_spec" },
  slips = {
    { "link.c", "if (type->most) return type->most;", "", "rule dropped: a label's limit" },
    { "link.c", "gain->held < gain->most) return true;", "gain->held <= gain->most) return true;", "boundary: a limit" },
    { "link.c", "if (portal_rules_is_exclusive(type)) return 0;", "", "rule dropped: a primary has no limit" },
    { "link.c", "if (!pair->to_id) portal_tell(problem, \"INVALID_OBJECT_IDS\",", "if (false) portal_tell(problem, \"INVALID_OBJECT_IDS\",", "side forgotten" },
    { "link.c", "if (sent->count == 0) return true;", "if (false) return true;", "rule dropped: no types" },
    { "link.c", "|| !within_limit(call, inverse, problem) ||", "||", "side forgotten: limits of the other record" },
    { "link.c", "if (!gain->exclusive || gain->held == 0 || !PORTAL_IS(call->store, SECOND_PRIMARY, refuse)) return true;", "return true;", "rule dropped: a second primary is refused" },
    { "associate.c", "if (PORTAL_IS(call->store, LABELS, append)) return PORTAL_ADD;", "", "rule dropped: a switch" },
    { "associate.c", "present.count > 0) return true;", "true) return true;", "condition dropped: what is not linked" },
    { "associate_batch.c", "return fits || portal_too_many(call, (int64_t)most);", "return true;", "bound dropped: inputs of an archive" },
    { "associate_batch.c", "if (!call->problem->row || PORTAL_IS(call->store, UNKNOWN_TYPE, 400)) return false;", "if (!call->problem->row) return false;", "condition dropped: a switch" },
    { "list.c", "if (targets == asked->most) {", "if (targets + 1 == asked->most) {", "boundary: a page" },
    { "list.c", "if (outside && !clamp)", "if (false)", "rule dropped: limit" },
    { "version1.c", "return type->kind == TETHER_PRIMARY ?", "return false ?", "rule dropped: the primary in version 1" },
    { "version3.c", "if (inverse) put_result(portal_batch_next(batch), pair->to_id, pair->from_id, inverse);", "", "side forgotten: the inverse" },
    { "version3.c", "if (types[i]->from != call->from || types[i]->to != call->to) continue;", "if (types[i]->from != call->from) continue;", "side forgotten: a type by its name" },
  },
}
