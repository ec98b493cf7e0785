-- Slips in the portal that Lua sees.
return {
  folder = "csrc/binding/portal/",
  specs = { "portal/process_spec", "portal/faults_spec", "portal/account_spec", "portal/rate_limits_spec", "portal/server_spec", "portal/files_spec",
    "portal/routes_spec", "portal/neighbours_spec", "portal/boundaries_spec", "portal/seed_file_spec" },
  slips = {
    { "portal.c", "portal_server_seed_end(server, keep, &error) || !keep, &error);", "portal_server_seed_end(server, true, &error), &error);", "condition dropped: what is not kept" },
    { "log.c", "if (i < 1 || !portal_server_log_copy(server, (size_t)i - 1, entry)) return lua_pushnil(L), 1;", "if (i < 1 || !portal_server_log_copy(server, (size_t)i, entry)) return lua_pushnil(L), 1;", "boundary: the first entry" },
    { "known.c", "if (!(routes[i].versions & bit)) continue;", "", "condition dropped: routes of a version" },
    { "portal.c", "if (!lua_isnoneornil(L, 2) && !portal_server_clock_set(", "if (false && !portal_server_clock_set(", "rule dropped: the clock is set" },
    { "portal.c", "if (!write(server, text, &error)) return tether_push_error(L, &error);", "write(server, text, &error);", "error ignored: its counters" },
  },
}
