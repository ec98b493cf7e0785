--- tether labels export: the labels and limits of pairs, as one JSON file.
local account = require "tether.cli.account"
local answer = require "tether.cli.shown.answer"
local part_files = require "tether.files.part"
local shape = require "tether.cli.line.shape"

local label = shape.object { { "label", "string" }, { "name?", "string" }, { "inverse?", "string" } }

local function pair(text)
  local from, to = text:match "^([^:]+):([^:]+)$"
  if from then return { from, to } end
  return nil, ("two object types with a colon between them are needed, such as contacts:companies, got %s"):format(text)
end

local M = { name = "labels export", summary = "write the labels and limits of an account to a file", account = true,
  arguments = { { "pair", "Pairs such as contacts:companies; without one, all that have labels.", many = "*",
    convert = pair } },
  options = { { "-o --output", "File to write, - is standard output.", value = "FILE", default = "-" } },
  notes = [[
`tether labels apply` makes them in another account. Without a pair the account's usage report tells the pairs, which
only Professional and Enterprise accounts have.]],
  examples = { "tether labels export contacts:companies --output labels.json" },
  json = shape.object { { "format", "integer" }, { "pairs", shape.list(shape.object { { "from", "string" },
    { "to", "string" }, { "labels", shape.list(label) }, { "limits?", shape.map "integer" },
    { "inverse_limits?", shape.map "integer" } }) } } }

local function place(output)
  if output == "-" then return "/dev/null" end
  return part_files.place(output)
end

local function show(options, out, written)
  if options.output == "-" or options.json then return answer.json(out, written, M.json) end
  local count = 0
  for _, told in ipairs(written.pairs) do count = count + #told.labels end
  out:write(("%d labels of %d pairs: %s\n"):format(count, #written.pairs, options.output))
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  return account.run(options, err, function(hub)
    local path = place(options.output)
    local written = hub:export_schema(path, #options.pair > 0 and options.pair or nil)
    if options.output ~= "-" then part_files.name(path, options.output) end
    show(options, out, written)
    return 0
  end)
end

return M
