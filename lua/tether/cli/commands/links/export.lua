--- tether export FROM TO: every link of a pair of object types, as CSV or JSON lines.
local common = require "tether.cli.line.common"
local part_files = require "tether.files.part"
local reading = require "tether.cli.shared.reading"
local shape = require "tether.cli.line.shape"
local writer = require "tether.sets.writer"

local FORMATS = { "csv", "jsonl" }

local M = { name = "export", summary = "write the links of every record, or of some, as CSV or JSON lines",
  account = true, arguments = reading.arguments,
  options = common.joined(reading.options, {
    { "--format", "csv or jsonl; else by the output's name, and csv.", value = "FORMAT", choices = FORMATS },
    { "-o --output", "File to write, - is standard output. It gets its name when it is whole.", value = "FILE",
      default = "-" },
    { "--escape-formulas", "Put an apostrophe before labels that a spreadsheet would run; an import undoes it." },
  }),
  notes = [[
One line a link: from, to, labels, primary. `tether import` takes the file; the primary is told, and never moved by it.
--json means --format jsonl.]],
  examples = { "tether export contacts companies --output links.csv" },
  json = shape.lines(shape.object { { "from", "any" }, { "to", "any" }, { "labels?", "any" },
    { "primary?", "boolean" } }) }

-- An export that was ended early must not look whole.
local function name_file(part, output, err, whole)
  if not whole then
    err:write(("tether: not all links are written; what there is: %s\n"):format(part))
    return
  end
  part_files.name(part, output)
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  local part = options.output ~= "-" and part_files.place(options.output) or nil
  local is_json = options.json and not options.output:match "%.csv$"
  local format = options.format or (is_json or options.output:match "%.jsonl$" or
    options.output:match "%.ndjson$") and "jsonl"
  local file
  local code = reading.run(options, err, function(set) file:links(set) end, function()
    file = writer.links(part or out, format or nil, options.escape_formulas)
  end)
  file:close()
  if part and part ~= options.output then name_file(part, options.output, err, code == 0) end
  return code
end

return M
