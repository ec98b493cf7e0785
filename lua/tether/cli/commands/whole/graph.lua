--- tether graph TYPE:ID: the records around one as a picture.
local account = require "tether.cli.account"
local answer = require "tether.cli.shown.answer"
local common = require "tether.cli.line.common"
local errors = require "tether.error"
local part = require "tether.files.part"
local progress = require "tether.cli.shown.progress"
local shape = require "tether.cli.line.shape"

local FORMATS = { "svg", "dot", "graphml" }

local M = { name = "graph", summary = "draw the records around one: SVG, or DOT and GraphML for other tools",
  account = true,
  arguments = { { "record", "Object type and id or key: contacts:101, companies:domain=example.com.",
    type = "RECORD" } },
  options = {
    { "--depth", "How many links far; 1 when left out.", value = "N", default = 1,
      convert = common.number(math.tointeger) },
    { "--most", "Records that are shown at most; 400 when left out.", value = "N", default = 400,
      convert = common.number(math.tointeger) },
    { "--type", "Object type that is looked at; again for several. Else all that the record is tied to.",
      value = "TYPE", many = true },
    { "--ids-only", "Do not read what the records are called." },
    { "--format", "svg, dot or graphml; else by the output's name, and svg.", value = "FORMAT", choices = FORMATS },
    { "-o --output", "File to write, - is standard output. It gets its name when it is whole.", value = "FILE",
      default = "-" },
  },
  notes = [[
Beyond the first level the object types are looked at that stand in it. No other program is needed for SVG; the same
account gives the same file.]],
  examples = { "tether graph contacts:101 --depth 2 --output graph.svg" },
  json = shape.object { { "records", shape.list(shape.object { { "type", "string" }, { "id", "integer" },
      { "name?", "string" }, { "depth", "integer" } }) },
    { "links", shape.list(shape.object { { "from_type", "string" }, { "from", "integer" }, { "to_type", "string" },
      { "to", "integer" }, { "labels", shape.list "string" }, { "back", shape.list "string" },
      { "primary", "boolean" } }) }, { "left_out", "integer" } } }

local function split(text)
  local object_type, id = text:match "^([^:]+):(.+)$"
  if object_type then return object_type, id end
  return errors.raise("BAD_ARGUMENT", ("a record is needed, got %q"):format(text),
    { hint = "write its object type and its id: contacts:101" })
end

local function check_counts(options)
  if options.depth < 0 or options.depth > 10 then
    errors.raise("BAD_ARGUMENT", ("--depth: 0 to 10 is needed, got %d"):format(options.depth))
  end
  if options.most < 1 or options.most > 20000 then
    errors.raise("BAD_ARGUMENT", ("--most: 1 to 20000 is needed, got %d"):format(options.most))
  end
end

local function format_of(options)
  if options.format then return options.format end
  local ending = options.output:match "%.(%w+)$"
  if ending == "gv" then return "dot" end
  for _, name in ipairs(FORMATS) do if ending == name then return name end end
  if not ending or options.output == "-" then return "svg" end
  return errors.raise("BAD_ARGUMENT", ("--output: .%s is no format that is known"):format(ending),
    { hint = "name the file .svg, .dot or .graphml, or give --format" })
end

local function as_json(graph)
  local links = {}
  for i, edge in ipairs(graph.edges) do
    links[i] = { from_type = edge.from.type, from = edge.from.id, to_type = edge.to.type, to = edge.to.id,
      labels = edge.labels, back = edge.back, primary = edge.primary }
  end
  return { records = graph.nodes, links = links, left_out = graph.left_out }
end

local function write(options, out, format, graph)
  if options.json then return answer.json(out, as_json(graph), M.json) end
  local text = require("tether.pictures." .. format).write(graph)
  if options.output == "-" then out:write(text) else part.write(options.output, text) end
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  local object_type, id = split(options.record)
  check_counts(options)
  local format = format_of(options)
  if options.output ~= "-" then part.place(options.output) end
  return account.run(options, err, function(hub, shown)
    local graph = require("tether.pictures.walk").around(hub, object_type, id, { depth = options.depth,
      most = options.most, types = #options.type > 0 and options.type or nil, names = not options.ids_only,
      told = function(records, links)
        shown:show { { "records", records }, { "links", links }, quota = progress.quota(hub) }
      end })
    shown:finish()
    write(options, out, format, graph)
    if graph.left_out > 0 then
      shown:say(("%d further records are not shown: --most %d"):format(graph.left_out, options.most))
    end
    return 0
  end)
end

return M
