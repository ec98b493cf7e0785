-- Slips in the values that Lua sees.
return {
  folder = "csrc/binding/values/",
  specs = { "places_spec", "id_spec", "boundaries_spec", "types_spec", "links_spec", "rows_spec", "json_spec", "operations_spec", "file_types_spec", "sets_spec",
    "data_spec", "command_spec", "interrupt_spec" },
  slips = {
    { "lines.c", "if (row < lines->count && lines->list[row] && lines->list[row] < least)", "if (row < lines->count && lines->list[row] < least)", "condition dropped: line 0" },
    { "lines.c", "if (row == 0 || types != known) {", "if (row == 0) {", "condition dropped: other types" },
    { "lines.c", "|| lines->list[row - 1] == 0) return", ") return", "condition dropped: no line" },
    { "terminal/interrupt.c", "if (box->before[i].sa_handler != SIG_IGN)", "if (true)", "rule dropped: what is ignored stays so" },
    { "terminal/interrupt.c", "first == SIGINT ? \"INT\" : first == SIGHUP ? \"HUP\" : \"TERM\"", "first == SIGINT ? \"INT\" : \"TERM\"", "condition dropped: HUP" },
    { "outcome.c", "rows.first + rows.count <= known, arg", "rows.first + rows.count <= known + 1, arg", "bound: a row behind the last" },
    { "outcome.c", "for (size_t i = (size_t)row; i < tether_outcome_rows(outcome); i++) {", "for (size_t i = (size_t)row + 1; i < tether_outcome_rows(outcome); i++) {", "boundary: the next row" },
    { "rows.c", "if ((leaders[row] == row) == leading)", "if (leaders[row] == row)", "condition dropped: followers" },
    { "wire.c", "if (!tether_rounded(text, length, &found)) return lua_pushnil(L), 1;", "return lua_pushnil(L), 1;", "rule dropped: rounded ids" },
  },
}
