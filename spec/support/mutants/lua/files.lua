-- Slips in files of rows.
return {
  folder = "lua/tether/files/",
  specs = { "files_edges_spec", "control_characters_spec", "rows_spec", "noticed_spec", "csv_spec", "file_types_spec", "file_command_spec", "failures_spec", "produced_spec", "export_spec", "doctor_spec",
    "import_command_spec", "sheet_spec", "options_spec" },
  slips = {
    { "columns.lua", "if #found > 1 and self.is_csv then twice(self, role, found) end", "", "rule dropped: a column twice" },
    { "columns.lua", "and not self.taken[i] then found", "then found", "condition dropped: a column that is taken" },
    { "columns.lua", "if #names > 30 then listed[31]", "if #names > 40 then listed[31]", "constant: columns that are told" },
    { "headers.lua", "local MOST_LINES = 30", "local MOST_LINES = 2", "constant: lines above the header" },
    { "part.lua", "if kind == \"folder\" then refuse(path, \"it is a folder\") end", "", "rule dropped: a folder" },
    { "part.lua", "if not moved then refuse(path, problem) end", "", "error ignored: a file that cannot get its name" },
    { "preflight.lua", "local SHOWN = 5", "local SHOWN = 4", "constant: problems that are told" },
    { "preflight.lua", "if #list == 0 then self.unlabeled = self.unlabeled + count end", "", "rule dropped: links without a label" },
    { "rows.lua", "if ending == \"csv\" or ending == \"tsv\" then return \"csv\" end", "if ending == \"csv\" then return \"csv\" end", "one ending less" },
    { "rows.lua", "ending == \"ndjson\" or ending == \"json\" then return \"jsonl\" end", "ending == \"ndjson\" then return \"jsonl\" end", "one ending less: json" },
    { "writer.lua", "if not written then failed(self, problem) end", "", "error ignored: a full disk" },
    { "writer.lua", "if self.is_terminal then text = plain.lines(text) end", "", "rule dropped: a terminal" },
    { "tiers.lua", "{ name = \"professional\", burst = 150,", "{ name = \"professional\", burst = 160,", "constant: a tier" },
    { "archive.lua", "if inside then broken(self,", "if false then broken(self,", "rule dropped: a file inside of a file" },
  },
}
