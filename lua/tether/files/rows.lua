--- Links from files, as a stream: the core turns CSV or JSON lines into links sets of as many rows as the caller asks
-- for.
--
--    local source <close> = rows.open("links.csv", { from = "contacts", to = "companies" })
--    for links in source:sets(2000) do … end
--
-- Memory is that of one set, however long the file is.
local lazy = require "tether.lazy"
local native = require "tether.native"
local cell = require "tether.links.cell"
local check = require "tether.check"
local columns = require "tether.files.columns"
local csv = require "tether.files.csv"
local errors = require "tether.error"
local headers = require "tether.files.headers"
local kinds = require "tether.files.kinds"
local meaning = lazy "tether.links.meaning"
local source = require "tether.files.source"

local M = {}

--- Rows of a piece, where a file is read piece by piece: ten batches.
M.PIECE = 20000

--- The options of `open`, for verbs that pass them on.
M.options = { from = "string", to = "string", columns = "table", label = "any", separator = "string", keys = "table",
  ids_separator = "string", primary = "boolean", format = "string", encoding = "string", sheet = "any",
  header_line = "integer", refused = "function", told = "function", first_line = "integer", stop = "function" }

-- Tallies of cells that are passed over and not converted.
local SKIPPED = { header = true, bare = true }

local Source = { __name = "tether.rows" }
Source.__index = Source

-- The format: as the caller says, or by the file's name, or by its first byte that is not blank.
local function format_of(called, given, bytes)
  if given ~= nil then
    if given ~= "csv" and given ~= "jsonl" then check.refuse("format", "csv or jsonl", given) end
    return given
  end
  local ending = (called:match "%.(%w+)$" or ""):lower()
  if ending == "csv" or ending == "tsv" then return "csv" end
  if ending == "jsonl" or ending == "ndjson" or ending == "json" then return "jsonl" end
  local text = bytes:gsub("^\xEF\xBB\xBF", ""):gsub("^%s+", "")
  return (text:find "^{" or text:find "^%[%s*[%[{%]]") and "jsonl" or "csv"
end

-- How several ids stand in one cell: as the header tells, or as the caller says for both sides.
local function split_of(self, side)
  local given = self.ids_separator
  if self.plan.failures then return nil end
  if given then return given ~= "none" and given or nil end
  return self.plan.several[side] and "" or nil
end

-- The options with which the core makes links of cells.
local function intake_options(self, options, names)
  local keys = self.plan.failures and {} or options.keys or {} -- cells of a failures file name their properties
  return { from = options.from, to = options.to, one_pair = self.one_pair, labels = self.labels,
    primary = options.primary or (options.columns or {}).primary ~= nil,
    separator = self.plan.failures and ";" or self.separator, from_key = keys.from, to_key = keys.to,
    from_name = names.from, to_name = names.to, from_split = split_of(self, "from"), to_split = split_of(self, "to") }
end

local function plan_options(self, options)
  return { from = options.from, to = options.to, keys = options.keys, primary = options.primary,
    columns = options.columns or {}, file = self.name }
end

-- Whether a file has a header line: columns that are given by position need none.
local function has_header(asked)
  return not (math.type(asked.from) == "integer" and math.type(asked.to) == "integer")
end

local function open_csv(self, options)
  local wanted = plan_options(self, options)
  self.reader = csv.open(self.input, { header = has_header(wanted.columns), header_line = options.header_line,
    unchecked = true })
  local header = self.reader.header
  wanted.width = header and #header or self.reader.held and #self.reader.held or math.maxinteger
  wanted.line = self.reader.header_line
  wanted.suggest = function() return headers.suggest(self.input.bytes, wanted) end
  self.plan = columns.of_header(header or {}, wanted)
  local names = {}
  for _, side in ipairs { "from", "to" } do names[side] = header and header[self.plan.places[side]] end
  local asked = intake_options(self, options, names)
  asked.csv, asked.columns = self.reader.native, self.plan.places
  self.intake = errors.check(native.intake(asked))
end

local function open_jsonl(self, options)
  self.plan = columns.of_keys(plan_options(self, options), self.input.bytes)
  self.intake = errors.check(native.intake(intake_options(self, options, {})))
  errors.check(self.intake:feed(self.input.bytes))
end

local function check_separators(verb, options)
  if options.separator and #options.separator > 1 then
    check.refuse(verb .. ".separator", "one character, or none at all", options.separator)
  end
  local ids = options.ids_separator
  if not ids or ids == "none" then return nil end
  local bare = ids:gsub("%s", "")
  if #bare > 1 or ids == "" or bare:find "%d" then
    check.refuse(verb .. ".ids_separator", "one character, or \"none\"", ids)
  end
  return bare ~= "" and bare or ids:sub(1, 1)
end

local function check_labels(verb, label)
  if label == nil then return nil end
  local list = type(label) == "table" and label or { label }
  for _, text in ipairs(list) do check.type(verb .. ".label", text, "string") end
  return list
end

local function check_keys(verb, keys)
  for _, side in ipairs { "from", "to" } do
    local key = keys and keys[side]
    if key ~= nil and not check.type(("%s.keys.%s"):format(verb, side), key, "string"):find "^%a[%w_]*$" then
      check.refuse(("%s.keys.%s"):format(verb, side), "the name of a property, such as email", key)
    end
  end
end

local function check_options(verb, options)
  options = check.options(verb, options, M.options)
  check.options(verb .. ".columns", options.columns, { from = "any", to = "any", label = "any",
    primary = "any" })
  check.count(verb .. ".first_line", options.first_line, 1, true)
  if (options.from == nil) ~= (options.to == nil) then
    errors.raise("BAD_ARGUMENT", verb .. ": from and to are needed both, or none where the rows have contacts:101")
  end
  check.count(verb .. ".header_line", options.header_line, 1, true)
  check_keys(verb, options.keys)
  return options
end

--- Opens a file of links.
-- @tparam string|file path a path, "-" for standard input, or an open file, which stays open
-- @tparam table options
--   from, to: the object types; may be left out when rows name them, as in "contacts:101";
--   columns: { from =, to =, label = }: header names, lists of them or positions; the keys of JSON rows. Without them
--   the names tell: see tether.files.columns. label = false: no column has labels;
--   label: one label or a list of them, for the rows that name none;
--   separator: between the labels of one cell, ";" unless told, "" for none; 279 and USER_DEFINED:7 in a cell are type
--   ids, a text in quotes is a label whatever stands in it, NaN, NULL and the like are nothing;
--   keys = { from = "email", to = "domain" }: the cells of a side are values of a property, not ids;
--   ids_separator: between several ids of one cell, a link each; "none"; else where the header says IDs;
--   primary: true: rows whose column "primary" (or columns.primary) says true, that name the primary among their
--   labels, or whose id stands in a column "… (Primary)", have it; without it they are linked all the same, and counted
--   in `primaries`;
--   format: "csv" or "jsonl"; else by the file's name, or its first byte;
--   encoding: "utf-8", "utf-16" or "windows-1252"; else by the first bytes;
--   sheet: of a workbook, or file of a ZIP file, by name or number; else the first one that people see, or all files;
--   header_line: the line of the header, when titles stand above it;
--   first_line: rows of lines before it are passed over;
--   told: called with one line that says which column was taken for what, before the first set is given;
--   refused: called with { line =, from =, to =, label =, types =, raw =, error = } for each row that cannot be used;
--   without it the first one is raised;
--   stop: asked when a signal interrupts a read: true ends the reading there
-- @tparam[opt] string verb for messages
-- @treturn source `from`, `to` (of the set that was given last), `format`, `count`: links read, `refused`: rows,
--   `line`: the last line of which every link was given, `finished`: all of them were given, `stopped`,
--   `notices`: what people are to be told of the file, `plan`: tostring tells what was taken for what
-- @raise FILE_FAILED, CSV_COLUMN_MISSING, OPTION_UNKNOWN, BAD_ARGUMENT
function M.open(path, options, verb)
  verb = verb or "rows.open"
  options = check_options(verb, options)
  local self = setmetatable({ count = 0, refused = 0, line = 0, primaries = 0, primary = options.primary,
    refuse_with = options.refused, stop = options.stop,
    separator = options.separator or ";", ids_separator = check_separators(verb, options), told = options.told,
    labels = check_labels(verb, options.label), first = options.first_line or 1, from = options.from, to = options.to,
    one_pair = verb == "links.read", waiting = {} }, Source)
  self.input = source.open(path, options)
  self.name, self.notices = self.input.name, self.input.notices
  local fine, err = pcall(function()
    kinds.check(self.name, self.input.bytes)
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

-- A broken line may hold half a row. So its text is told, and its cells are not offered as a row.
local function broken(err, row)
  local raw = row.raw or ""
  if raw ~= "" then err.message = ('%s; read: "%s"'):format(err.message, native.show(raw:sub(1, 60))) end
  return { line = err.place, raw = row.raw, error = err }
end

-- All labels and types that a refused row would have been linked with.
local function all_types(self, row)
  local types = #row.types > 0 and row.types or table.move(self.labels or {}, 1, #(self.labels or {}), 1, {})
  local word = self.primary and (row.primary or ""):lower()
  if word == "true" or word == "yes" or word == "1" then types[#types + 1] = "primary" end
  return types
end

local function refuse(self, err, row)
  errors.adopt(err)
  err.message = ("%s, %s"):format(self.name, err.message)
  if err.code == "BAD_ARGUMENT" or err.code == "NO_MEMORY" then error(err, 0) end
  local types = all_types(self, row)
  local refused = (err.code == "CSV_BROKEN" or err.code == "JSONL_BROKEN") and broken(err, row) or
    { line = err.place, from = row.from, to = row.to, from_type = row.from_type, to_type = row.to_type,
      label = cell.text(types, self.separator), types = types, error = err }
  if not self.refuse_with then error(err, 0) end
  self.refused, self.last = self.refused + 1, math.max(self.last or 0, err.place or 0)
  self.refuse_with(refused)
end

-- Takes the first row of a file without a header line: it was read ahead for the number of its columns.
local function take_held(self)
  local reader = self.reader
  local fields, line = reader and reader.held, reader and reader.held_line
  if not fields then return end
  reader.held = nil
  if line < self.first then return end
  local event, err, read = self.intake:add(fields, line)
  if event == "fault" then refuse(self, err, read) end
end

local function name_keys(self, keys)
  local list = {}
  for key in keys:gmatch "([^\0]*)\0" do list[#list + 1] = key end
  for key, role in pairs(self.plan:name_keys(list)) do errors.check(self.intake:name(key, role)) end
end

-- Reads until the sets in the core are full or the file ends.
local function fill(self, most)
  take_held(self)
  while true do
    local event, err, row = self.intake:read(self.input.file, most, self.first)
    if event == "full" then return end
    if event == nil then self.input:fail(err.message) end
    if event == "keys" then name_keys(self, err) end
    if event == "fault" then refuse(self, err, row) end
    if event == "end" or (event == "fault" and err.final) then
      self.ended = true
      return
    end
    if event ~= "keys" and self.stop and self.stop() then
      self.ended, self.stopped = true, true
      return
    end
  end
end

-- Reads ahead in a JSON file for a key that no row has had so far, and goes back to where it was.
local function look_for_key(self, role)
  local file = self.input.bottom
  local at = not self.ended and self.input.file == file and file:seek()
  if not at then return end
  local ahead <close> = errors.check(native.intake { from = "contacts", to = "contacts" })
  file:seek "set"
  while self.plan:unseen() == role do
    local event, keys = ahead:read(file, 1, math.maxinteger)
    if event ~= "keys" and not (event == "fault" and not keys.final) then break end
    local list = {}
    for key in (event == "keys" and keys or ""):gmatch "([^\0]*)\0" do
      list[#list + 1] = key
      errors.check(ahead:name(key, "none"))
    end
    self.plan:see(list)
  end
  file:seek("set", at)
end

-- Before the first set is given out: refuses named columns that never appear, and tells which column was taken for
-- what.
local function begin(self)
  self.begun = true
  local role = self.plan.unseen and self.plan:unseen()
  if role and #self.plan.names > 0 then look_for_key(self, role) end
  role = self.plan.unseen and self.plan:unseen()
  if role and #self.plan.names > 0 then self.plan:refuse_unseen(role) end
  if self.told and next(self.plan.places) then
    self.told(("%s: %s"):format(self.name, tostring(self.plan)))
  end
end

-- A file moves no primary unless the caller asked for that: primary types are left out and counted.
local function leave_primary(self, from, to, set, given)
  local left, had = meaning.without_primary(from, to, given)
  if next(had) == nil then return given end
  for index, count in pairs(native.tally(set)) do
    if had[index] then self.primaries = self.primaries + count end
  end
  return left
end

-- Takes the sets out of the core, a set for each pair of object types.
local function take_all(self)
  while true do
    local set, lines, keyed, given, from, to = self.intake:take()
    if not set then return end
    self.last = math.max(self.last or 0, lines[#lines])
    if not self.primary then given = leave_primary(self, from, to, set, given) end
    collectgarbage("step", #set * 28 // 1024) -- the collector sees a few bytes of a set that the core holds
    self.waiting[#self.waiting + 1] = require("tether.sets.set").wrap(from, to,
      { native = set, lines = lines, keyed = keyed, given = given })
  end
end

-- Notes the last line that is done with this set. Sets that still wait may have rows of earlier lines.
local function note_line(self)
  local line = self.last or 0
  for _, set in ipairs(self.waiting) do line = math.min(line, set.lines[1] - 1) end
  self.line = math.max(self.line, line)
  self.finished = self.ended and not self.stopped and #self.waiting == 0
end

--- Gives the next rows as a links set. A file with several pairs of object types has a set for each of them.
-- @tparam integer most rows
-- @treturn ?links nil at the end; `lines[row]` is the line that a row came from
-- @raise FILE_FAILED; CSV_COLUMN_MISSING for a named key that no row has; what a row is refused for, unless `refused`
--   was given
function Source:read(most)
  if not self.intake then return nil end
  if #self.waiting == 0 and not self.ended then
    fill(self, most)
    if not self.begun then begin(self) end
    take_all(self)
  end
  local set = table.remove(self.waiting, 1)
  note_line(self)
  if not set then return nil end
  self.from, self.to = set.from, set.to
  self.count = self.count + #set
  return set
end

--- What the file had beside links.
-- @treturn table `empty`: rows in which a side is empty, which are no links; `counted`: { name =, text =, count = } of
--   what was converted or passed over; `long`: a warning of rows over many lines, or nil
function Source:tally()
  if not self.intake then return self.told_tally or { empty = 0, counted = {} } end -- a signal came before any line
  local found, counted = self.intake:tally(), {}
  for _, kind in ipairs(native.counted()) do
    local count = found.counted[kind.name]
    if count then
      counted[#counted + 1] = { name = kind.name, text = kind.text, count = count, is_skipped = SKIPPED[kind.name] }
    end
  end
  local long = found.long_rows > 0 and ("%s: %s; is a quote missing before them?"):format(self.name,
    found.long_rows == 1 and ("lines %d to %d are one row"):format(found.long_first, found.long_last) or
    ("%d rows go over many lines, one from line %d to %d"):format(found.long_rows, found.long_first, found.long_last))
  return { empty = found.empty, counted = counted, long = long or nil }
end

--- How much of the file is read, from 0 to 1; nil for a pipe, whose length is unknown.
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
  if self.intake then
    self.told_tally = self:tally()
    self.intake:close()
  end
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
  set = require("tether.sets.set").new(opened.from, opened.to)
  set.lines = native.lines()
  return set
end

return M
