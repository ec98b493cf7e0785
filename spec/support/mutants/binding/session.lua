-- Slips in the session that Lua sees.
return {
  folder = "csrc/binding/session/",
  specs = { "session_rules_spec", "session_spec", "callbacks_spec", "fork_spec", "options_spec", "descriptor_spec", "watch_spec", "auth_spec", "daily_limit_spec", "find_created_spec", "once_spec" },
  slips = {
    { "session.c", "if (value < 0 || value > most) luaL_error", "if (value < 0) luaL_error", "bound dropped: an option" },
    { "session.c", "box->owner != forks", "box->owner == forks + 1", "rule dropped: a forked child" },
    { "session.c", "lanes) == 1 ? TETHER_BULK : TETHER_SINGLE;", "lanes) == 1 ? TETHER_SINGLE : TETHER_BULK;", "side: the lane" },
    { "answer.c", "if (number < least) return;", "if (number <= least) return;", "boundary: a number of 0" },
    { "answer.c", "if (event->moment == TETHER_ON_RETRY || event->moment == TETHER_ON_WAIT) set_number", "if (event->moment == TETHER_ON_WAIT) set_number", "condition dropped: the pause of a retry" },
    { "answer.c", "if (event->moment == TETHER_ON_RESPONSE) set_number", "if (false) set_number", "rule dropped: how long it took" },
    { "answer.c", "return lua_pushboolean(L, answer->in_doubt), 1;", "return lua_pushboolean(L, false), 1;", "flag forgotten: in doubt" },
    { "account.c", "if (!*region) return lua_pushnil(L), 1;", "", "rule dropped: no region" },
  },
}
