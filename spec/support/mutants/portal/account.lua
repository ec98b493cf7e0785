-- Slips in the portal's account: tokens, owners, its state as text.
return {
  folder = "csrc/portal/api/account/",
  specs = { "portal/noticed_spec", "portal/edges_spec", "portal/account_spec", "portal/grants_spec", "portal/state_spec", "portal/seed_file_spec", "portal/neighbours_spec",
    "portal/operations_spec", "portal/switches_spec", "oauth_spec" },
  slips = {
    { "grants.c", "return !told || (given && strcmp(given, told) == 0);", "return !told || given;", "condition dropped: whose client" },
    { "grants.c", "if (!code || !*code || (", "if (!code || (", "boundary: an empty code" },
    { "oauth.c", "if (!token || strcmp(token, call->app->token) != 0)", "if (!token)", "condition dropped: another token" },
    { "oauth.c", "if (left > 0 || refresh) {", "if (left > 0) {", "condition dropped: a refresh token is active" },
    { "oauth.c", "return left > 0 ? left / 1000 : 0;", "return left > 0 ? left : 0;", "constant: seconds" },
    { "owners.c", "return (w->limit >= 1 && w->limit <= PAGE_MOST) ||", "return (w->limit >= 1) ||", "bound dropped: a page" },
    { "owners.c", "while (json_array_size(results) > most)", "while (json_array_size(results) > most + 1)", "boundary: a page of owners" },
    { "state_write.c", "if (type->key > 0 || type->inverse > type->key) continue;", "if (type->key > 0 || type->inverse < type->key) continue;", "sign: half of a pair" },
    { "state_read.c", "portal_record_presence(call->store, call->from, id.value) != PORTAL_ABSENT)", "false)", "rule dropped: a record twice" },
    { "state_read.c", "if (given && (!portal_id_of_json(given, &id) || !id.value))", "if (given && !portal_id_of_json(given, &id))", "boundary: id 0" },
    { "state_read.c", "|| strncmp(type_id, \"2-\", 2) != 0", "", "condition dropped: types of the account" },
  },
}
