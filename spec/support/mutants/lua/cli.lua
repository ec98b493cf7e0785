-- Slips in the command.
return {
  folder = "lua/tether/cli/",
  specs = { "command_spec", "command_line_spec", "export_spec", "file_command_spec", "import_command_spec", "command_json_spec", "progress_spec", "completion_spec" },
  slips = {
    { "main.lua", "local OK, SOME_FAILED, USAGE, COULD_NOT_RUN, INTERRUPTED = 0, 1, 2, 3, 130", "local OK, SOME_FAILED, USAGE, COULD_NOT_RUN, INTERRUPTED = 0, 1, 2, 2, 130", "constant: an exit code" },
    { "main.lua", "return word == \"--help\" or word == \"-h\"", "return word == \"--help\"", "condition dropped: -h" },
    { "account.lua", "{ INT = 130, HUP = 130, TERM = 143 }", "{ INT = 130, HUP = 130, TERM = 130 }", "constant: a signal's code" },
    { "shown/answer.lua", "if told and told > 0 then return told end", "if told then return told end", "boundary: a width of 0" },
    { "line/read.lua", "if choice == value then return end", "do return end", "rule dropped: choices" },
    { "line/read.lua", "if not word then refuse(\"%s needs a value\", name) end", "", "rule dropped: an option without its value" },
    { "line/read.lua", "if value == nil then refuse(\"%s: %s\", what, problem) end", "", "error ignored: a value that is none" },
    { "shared/reference.lua", "if not object_type then refuse(", "if false then refuse(", "rule dropped: a record without its type" },
    { "shared/records.lua", "if count == options.limit then break end", "if count > options.limit then break end", "boundary: how many records" },
    { "profiles.lua", "if not file then return {} end", "if not file then return nil end", "rule dropped: no file of profiles" },
    { "labels.lua", "type(label) == \"string\" and label ~= \"\" and not label:find \"%c\"", "type(label) == \"string\" and label ~= \"\"", "condition dropped: control characters" },
    { "shared/links_file.lua", "if text:lower() == \"none\" then return false end", "", "rule dropped: none" },
    { "shown/progress.lua", "math.floor(part * 100))", "math.floor(part * 100 + 0.5))", "rounding: 100 % before the end" },
    { "completion.lua", "if alias == name then return option end", "if false then return option end", "rule dropped: another name of an option" },
  },
}
