-- Slips in what the native modules share.
return {
  folder = "csrc/binding/shared/",
  specs = { "places_spec", "id_spec", "boundaries_spec", "rows_spec", "options_spec", "csv_spec", "error_spec" },
  slips = {
    { "common.c", "if (*id > 0) return true;", "if (*id >= 0) return true;", "boundary: id 0" },
    { "common.c", "if (lua_isinteger(L, arg)) {", "if (lua_isnumber(L, arg)) {", "condition: floats are no ids" },
    { "common.c", "if (strlen(text) != length) luaL_error", "if (false) luaL_error", "rule dropped: NUL in a text" },
    { "common.c", "if (error->place > 0) {", "if (error->place > 1) {", "boundary: the first place" },
    { "common.c", "place >= 1 && (lua_Unsigned)place <= count, arg", "place >= 1 && (lua_Unsigned)place <= count + 1, arg", "bound: a row behind the last" },
    { "common.c", "place >= 1 && (lua_Unsigned)place <= count, arg", "(lua_Unsigned)place <= count, arg", "bound dropped: row 0" },
    { "common.c", "lua_setfield(L, -2, \"hint\");", "lua_pop(L, 1);", "rule dropped: what to do" },
    { "common.c", "if (!fine) return tether_push_error(L, error);", "", "error ignored" },
  },
}
