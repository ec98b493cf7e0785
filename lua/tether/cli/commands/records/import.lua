--- tether records import TYPE FILE: makes records from CSV or JSON lines; with --key it changes those that exist.
local account = require "tether.cli.account"
local answer = require "tether.cli.shown.answer"
local errors = require "tether.error"
local part = require "tether.files.part"
local records = require "tether.cli.shared.records"
local progress = require "tether.cli.shown.progress"
local shape = require "tether.cli.line.shape"

local PIECE = 1000 -- rows held at once: those of ten batches

local M = { name = "records import", summary = "create or change records from CSV or JSON lines", account = true,
  writes = true,
  arguments = { records.type, { "file", "CSV, whose header names properties, or JSON lines; - is standard input.",
    type = "FILE" } },
  options = { { "--key", "Unique property, such as email: a record that has the value is changed, else made.",
      value = "PROPERTY" },
    { "--format", "csv or jsonl; else by the file's name, and csv.", value = "FORMAT", choices = { "csv", "jsonl" } } },
  notes = [[
Without --key every row makes a record; with it, an import can be repeated. A column id or "Record ID" is passed over.
A line of JSON is {"email": "jane@example.com", …}, or what `tether records export` writes. Empty cells of CSV are left
as they are. Exit code: 1 when some rows are not done.]],
  examples = { "tether records import contacts contacts.csv --key email" },
  json = shape.object { { "rows", "integer" }, { "created", "integer" }, { "updated", "integer" },
    { "failures", shape.list(records.failure) }, { "dry_run?", "boolean" } } }

local function is_id(name)
  local bare = name:lower():gsub("[%s_]", "")
  return bare == "id" or bare == "recordid"
end

-- Reads rows of CSV as properties.
local function csv_rows(path)
  local reader = require("tether.files.csv").open(path, { trim = true })
  return function()
    local fields = reader:row()
    if not fields then return nil end
    local properties = {}
    for _, name in ipairs(reader.header) do
      if name ~= "" and not is_id(name) and fields[name] ~= "" then properties[name] = fields[name] end
    end
    return properties
  end
end

local function properties_of(value, path, line)
  if type(value) ~= "table" or value[1] ~= nil then
    errors.raise("JSONL_BROKEN", ("%s, line %d: an object of properties is needed"):format(path, line),
      { place = line })
  end
  local properties = {}
  for name, text in pairs(type(value.properties) == "table" and value.properties or value) do
    if not is_id(name) then properties[name] = text end
  end
  return properties
end

local function json_rows(path)
  local file = part.read(path)
  local number = 0
  return function()
    for line in file:lines() do
      number = number + 1
      if line:find "%S" then return properties_of(require("tether.json").decode(line), path, number) end
    end
  end
end

local function rows_of(options)
  local format = options.format or ((options.file:match "%.jsonl$" or options.file:match "%.ndjson$") and "jsonl")
  return (format == "jsonl" and json_rows or csv_rows)(options.file)
end

local function pieces(next_row)
  return function()
    local piece = {}
    for row in next_row do
      piece[#piece + 1] = row
      if #piece == PIECE then break end
    end
    return piece[1] and piece or nil
  end
end

local Import = {}
Import.__index = Import

-- Reports the rows of a piece that cannot be sent before any other row of the piece is sent.
function Import:keyed(piece)
  local list, places = {}, {}
  for i, properties in ipairs(piece) do
    local value = properties[self.options.key]
    if value == nil or value == "" then
      self:fail(self.report.rows + i, errors.new("BAD_ARGUMENT", ("the row has no %s"):format(self.options.key)))
    else
      list[#list + 1], places[#list + 1] = { id = value, properties = properties }, i
    end
  end
  return list, places
end

-- Notes a row that was not written.
function Import:fail(row, problem)
  table.insert(self.report.failures, { row = row, code = problem.code, message = problem.message })
end

-- Writes a piece by its key.
function Import:upsert(piece)
  local list, places = self:keyed(piece)
  if #list == 0 then return end
  local results, failures = self.hub:upsert(self.options.type, self.options.key, list)
  for i in ipairs(list) do
    local name = results[i] and (results[i].new and "created" or "updated")
    if name then self.report[name] = self.report[name] + 1 end
  end
  for _, failure in ipairs(failures) do self:fail(self.report.rows + places[failure.row], failure.error) end
end

-- Makes a record of each row of a piece.
function Import:create(piece)
  local list = {}
  for i, properties in ipairs(piece) do list[i] = { properties = properties } end
  local results, failures = self.hub:create(self.options.type, list)
  for i in ipairs(list) do self.report.created = self.report.created + (results[i] and 1 or 0) end
  for _, failure in ipairs(failures) do self:fail(self.report.rows + failure.row, failure.error) end
end

-- Counts the records that would be changed and made, by reading which keys have a record.
function Import:preview(piece)
  if not self.options.key then
    self.report.created = self.report.created + #piece
    return
  end
  local list, ids = self:keyed(piece), {}
  for i, record in ipairs(list) do ids[i] = record.id end
  if #ids == 0 then return end
  local found = self.hub:get(self.options.type, ids, { id_property = self.options.key })
  for i in ipairs(ids) do
    local name = found[i] and "updated" or "created"
    self.report[name] = self.report[name] + 1
  end
end

-- Imports the file piece by piece.
function Import:run()
  local step = self.options.dry_run and self.preview or self.options.key and self.upsert or self.create
  for piece in pieces(rows_of(self.options)) do
    step(self, piece)
    self.report.rows = self.report.rows + #piece
    self.shown:show { { "rows", self.report.rows }, { "calls", self.hub:stats().requests },
      quota = progress.quota(self.hub) }
  end
end

local function show(options, out, report, shown)
  if options.json then return answer.json(out, report, M.json) end
  local would = options.dry_run and "would be " or ""
  out:write(("%d rows: %d %screated, %d %supdated, %d failed\n"):format(report.rows, report.created, would,
    report.updated, would, #report.failures))
  for i = 1, math.min(10, #report.failures) do
    local failure = report.failures[i]
    shown:say(("row %d: %s: %s"):format(failure.row, failure.code, failure.message))
  end
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  return account.run(options, err, function(hub, shown)
    local import = setmetatable({ hub = hub, options = options, shown = shown, report = { rows = 0, created = 0,
      updated = 0, failures = {}, dry_run = options.dry_run } }, Import)
    import:run()
    show(options, out, import.report, shown)
    return #import.report.failures > 0 and 1 or 0
  end)
end

return M
