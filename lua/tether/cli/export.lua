--- tether export FROM TO: every link of a pair of object types, as CSV or JSON lines.
local errors = require "tether.error"
local native = require "tether.native"
local reading = require "tether.cli.reading"
local writer = require "tether.files.writer"

local M = { name = "export", summary = "write the links of every record, or of some, as CSV or JSON lines" }

--- Declares the arguments.
function M.arguments(parser)
  reading.arguments(parser)
  parser:option("--format", "csv or jsonl; else by the output's name, and csv."):choices { "csv", "jsonl" }
  parser:option("-o --output", "File to write, - is standard output. It gets its name when it is whole.", "-")
    :argname "FILE"
  parser:epilog [[
One line a link: from, to, labels, primary. `tether import` takes the file; the primary is told, and never moved by it.
The account is that of $HUBSPOT_TOKEN, at $TETHER_URL or https://api.hubapi.com.
Example: tether export contacts companies --output links.csv]]
end

-- An export that was ended early must not look whole.
local function name_file(part, output, err, whole)
  if not whole then
    err:write(("tether: not all links are written; what there is: %s\n"):format(part))
    return
  end
  local moved, problem = os.rename(part, output)
  if not moved then errors.raise("FILE_FAILED", ("cannot write %s: %s"):format(output, problem)) end
end

-- Where the links are written first: devices, pipes and standard output are no names to put a file in the place of.
local function place_of(output)
  if output == "-" then return nil end
  local kind = native.file_facts(output)
  if kind == "folder" then errors.raise("FILE_FAILED", ("cannot write %s: it is a folder"):format(output)) end
  return kind == "other" and output or output .. ".part"
end

--- Exports.
-- @treturn integer exit code
function M.run(options, out, err)
  local part = place_of(options.output)
  local format = options.format or (options.output:match "%.jsonl$" or options.output:match "%.ndjson$") and "jsonl"
  local file
  local code = reading.run(options, err, function(set) file:links(set) end, function()
    file = writer.links(part or out, format or nil)
  end)
  file:close()
  if part and part ~= options.output then name_file(part, options.output, err, code == 0) end
  return code
end

return M
