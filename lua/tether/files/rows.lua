--- Links from files, streaming: CSV or JSON lines become links sets of as many rows as one asks for, in the core.
--
--    local source <close> = rows.open("links.csv", { from = "contacts", to = "companies" })
--    for links in source:sets(2000) do … end
--
-- Memory is that of one set, whatever the file's length.
local native = require "tether.native"
local cell = require "tether.links.cell"
local check = require "tether.check"
local csv = require "tether.files.csv"
local errors = require "tether.error"
local meaning = require "tether.links.meaning"
local source = require "tether.files.source"

local M = {}

--- Rows of one piece where a file is read piece by piece: ten batches.
M.PIECE = 20000

local COLUMNS = {
  from = { "from", "from id", "source id" },
  to = { "to", "to id", "target id" },
  label = { "label", "labels", "association label", "type" },
  primary = { "primary" },
}

--- The options of `open`, for verbs that pass them on.
M.options = { from = "string", to = "string", columns = "table", label = "string", separator = "string",
  format = "string", encoding = "string", sheet = "any", refused = "function", first_line = "integer",
  stop = "function", primary = "boolean" }

local Source = { __name = "tether.rows" }
Source.__index = Source

-- What a file is: told, or by its name, or by its first byte that is not blank.
local function format_of(called, given, bytes)
  if given ~= nil then
    if given ~= "csv" and given ~= "jsonl" then check.refuse("format", "csv or jsonl", given) end
    return given
  end
  local ending = (called:match "%.(%w+)$" or ""):lower()
  if ending == "csv" or ending == "tsv" then return "csv" end
  if ending == "jsonl" or ending == "ndjson" then return "jsonl" end
  return bytes:gsub("^\xEF\xBB\xBF", ""):match "^%s*{" and "jsonl" or "csv"
end

-- The columns that a file need not have: those that are not asked for by one name or position.
local function optional(columns, ...)
  local keys = {}
  for _, key in ipairs { ... } do
    if columns[key] == nil or type(columns[key]) == "table" then keys[#keys + 1] = key end
  end
  return keys
end

local function open_csv(self, options)
  local columns = options.columns or {}
  local by_position = math.type(columns.from) == "integer" and math.type(columns.to) == "integer" -- no header line
  self.reader = csv.open(self.input, {
    columns = { from = columns.from or COLUMNS.from, to = columns.to or COLUMNS.to,
      label = columns.label or not by_position and COLUMNS.label or nil,
      primary = columns.primary or not by_position and COLUMNS.primary or nil },
    optional = optional(columns, "label", "primary"),
  })
  self.intake = errors.check(native.intake { csv = self.reader.native, columns = self.reader.places,
    from = options.from, to = options.to, label = options.label, separator = self.separator,
    primary = options.primary or columns.primary ~= nil })
end

local function open_jsonl(self, options)
  local names = {}
  for key, name in pairs(options.columns or {}) do
    names[key] = check.type("columns." .. key, type(name) == "table" and name[1] or name, "string")
  end
  self.intake = errors.check(native.intake { columns = names, from = options.from, to = options.to,
    label = options.label, primary = options.primary or names.primary ~= nil })
  errors.check(self.intake:feed(self.input.bytes))
end

local function check_options(verb, options)
  options = check.options(verb, options, M.options)
  check.options(verb .. ".columns", options.columns, { from = "any", to = "any", label = "any",
    primary = "any" })
  check.count(verb .. ".first_line", options.first_line, 1, true)
  if (options.from == nil) ~= (options.to == nil) then
    errors.raise("BAD_ARGUMENT", verb .. ": from and to are needed both, or none where the rows have contacts:101")
  end
  if options.separator and #options.separator > 1 then
    check.refuse(verb .. ".separator", "one character, or none at all", options.separator)
  end
  return options
end

--- Opens a file of links.
-- @tparam string|file path a path, "-" for standard input, or an open file, which stays open
-- @tparam table options
--   from, to: the object types; may be left out when rows name them, as in "contacts:101";
--   columns: { from =, to =, label = } as for tether.csv, where they are not called "from", "to" and "label"; the keys
--   of JSON lines. A label column may be missing unless it is one name or position;
--   label: one label for the rows that name none;
--   separator: between the labels of one cell, ";" unless told, "" for none; 279 and USER_DEFINED:7 in a cell are type
--   ids, a text in quotes is a label whatever stands in it, NaN, NULL and the like are nothing;
--   primary: true: rows whose column "primary" (or columns.primary) says true, or that name the primary among their
--   labels, have it; without it they are linked all the same, and counted in `primaries`;
--   format: "csv" or "jsonl"; else by the file's name, or its first byte;
--   encoding: "utf-8", "utf-16" or "windows-1252"; else by the first bytes;
--   sheet: of a workbook, or file of a ZIP file, by name or number; else the first one that people see, or all files;
--   first_line: rows of lines before it are passed over;
--   refused: called with { line =, from =, to =, label =, types =, error = } for each row that cannot be used;
--   without it the first one is raised;
--   stop: asked when a signal interrupts a read: true ends the reading there
-- @tparam[opt] string verb for messages
-- @treturn source `from`, `to` (known from the first set on), `format`, `count`: rows read, `refused`: rows refused,
--   `line`: the last line that a row was read from, `finished`: the whole file is read, `stopped`,
--   `notices`: what people are to be told of the file
-- @raise FILE_FAILED, CSV_COLUMN_MISSING, OPTION_UNKNOWN, BAD_ARGUMENT
function M.open(path, options, verb)
  options = check_options(verb or "rows.open", options)
  local self = setmetatable({ count = 0, refused = 0, line = 0, primaries = 0, primary = options.primary,
    refuse_with = options.refused, stop = options.stop,
    separator = options.separator or ";", first = options.first_line or 1, from = options.from, to = options.to },
    Source)
  self.input = source.open(path, options)
  self.name, self.notices = self.input.name, self.input.notices
  local fine, err = pcall(function()
    self.format = format_of(self.input.called, options.format, self.input.bytes)
    self.ended, self.stopped = self.input.stopped, self.input.stopped
    if self.ended then return end
    local open = self.format == "csv" and open_csv or open_jsonl
    open(self, options)
  end)
  if fine then return self end
  self:close()
  error(err, 0)
end

-- Text of a broken line as a message can have it.
local function printable(text)
  local clean = text:sub(1, 60):gsub("%c", "?")
  return utf8.len(clean) and clean or (clean:gsub("[\x80-\xFF]", "?"))
end

-- What was read of a broken line may be half a row: it is told, and not offered as a row.
local function broken(self, err, row)
  local read = row.from ~= "" and ("; read: %s | %s"):format(printable(row.from), printable(row.to)) or ""
  err.message = ("%s, %s%s"):format(self.name, err.message, read)
  return { line = err.place, error = err }
end

local function refuse(self, err, row)
  errors.adopt(err)
  if err.code == "BAD_ARGUMENT" or err.code == "NO_MEMORY" then error(err, 0) end
  local refused = (err.code == "CSV_BROKEN" or err.code == "JSONL_BROKEN") and broken(self, err, row) or
    { line = err.place, from = row.from, to = row.to, label = cell.text(row.types, self.separator),
      types = row.types, error = err }
  if not self.refuse_with then error(err, 0) end
  self.refused, self.line = self.refused + 1, math.max(self.line, err.place or 0)
  self.refuse_with(refused)
end

-- A file without a header line has had its first row read for its width.
local function take_held(self)
  local reader = self.reader
  local fields, line = reader and reader.held, reader and reader.held_line
  if not fields then return end
  reader.held = nil
  if line < self.first then return end
  local row = {}
  for key, place in pairs(reader.places) do row[key] = fields[place] end
  local event, err, read = self.intake:add(row, line)
  if event == "fault" then refuse(self, err, read) end
end

-- Reads until the set under way is full or the file ends.
local function fill(self, most)
  take_held(self)
  while true do
    local event, err, row = self.intake:read(self.input.file, most, self.first)
    if event == "full" then return end
    if event == nil then self.input:fail(err.message) end
    if event == "fault" then refuse(self, err, row) end
    if event == "end" or (event == "fault" and err.final) then
      self.ended, self.finished = true, true
      return
    end
    if self.stop and self.stop() then
      self.ended, self.stopped = true, true
      return
    end
  end
end

-- A file moves no primary unless that was asked for: what means it is left out and counted.
function Source:leave_primary(set, given)
  local left, had = meaning.without_primary(self.from, self.to, given)
  if next(had) == nil then return given end
  for index, count in pairs(native.tally(set)) do
    if had[index] then self.primaries = self.primaries + count end
  end
  return left
end

--- The next rows as a links set.
-- @tparam integer most rows
-- @treturn ?links nil at the end; `lines[row]` is the line that a row came from
-- @raise FILE_FAILED; what a row is refused for, unless `refused` was given
function Source:read(most)
  if not self.intake or self.ended then return nil end
  fill(self, most)
  local set, lines, keyed, given = self.intake:take()
  if not set then return nil end
  self.from, self.to = self.intake:pair()
  self.count = self.count + #set
  self.line = math.max(self.line, lines[#lines])
  if not self.primary then given = self:leave_primary(set, given) end
  collectgarbage("step", #set * 28 // 1024) -- the collector sees a few bytes of a set that the core holds
  return require("tether.links").wrap(self.from, self.to, { native = set, lines = lines, keyed = keyed, given = given })
end

--- How much of the file is read, from 0 to 1; nil: nobody knows, for it is a pipe.
-- @treturn ?number
function Source:part()
  return self.input:part()
end

--- Iterates over the sets that are left, each of at most `most` rows. The file is closed at the end of the loop.
function Source:sets(most)
  return function() return self:read(most) end, nil, nil, self
end

--- Closes the file, as often as one likes.
function Source:close()
  if self.intake then self.intake:close() end
  if self.reader then self.reader:close() end
  if self.input then self.input:close() end
  self.intake, self.reader = nil, nil
end

Source.__close, Source.__gc = Source.close, Source.close

--- Reads a whole file into one set.
-- @treturn links
function M.read(path, options)
  local opened <close> = M.open(path, options, "links.read")
  local set = opened:read(math.maxinteger)
  if set then return set end
  if not opened.from then
    errors.raise("BAD_ARGUMENT", "links.read: from and to are needed: the object types, such as contacts and companies")
  end
  set = require("tether.links").new(opened.from, opened.to)
  set.lines = native.lines()
  return set
end

return M
