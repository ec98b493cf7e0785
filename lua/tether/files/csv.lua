--- CSV files, read row by row in constant memory, with whatever separator, quotes and line ends a spreadsheet wrote.
--
--    for row, line in csv.rows("links.csv", { columns = { from = "Contact ID", to = "Company ID" } }) do
--      print(line, row.from, row.to)
--    end
--
-- A row is the array of its fields as text, and has the columns that were asked for by name as well. Files are UTF-8,
-- with or without a byte order mark. The first line tells whether commas, semicolons or tabs separate the fields. Blank
-- lines are passed over.
local native = require "tether.native"
local check = require "tether.check"
local errors = require "tether.error"
local nearest = require "tether.nearest"
local source = require "tether.files.source"

local Reader = { __name = "tether.csv" }
Reader.__index = Reader

local M = {}

local known_options = { columns = "table", optional = "table", header = "boolean", trim = "boolean",
  broken = "function", encoding = "string", sheet = "any", header_line = "integer", unchecked = "boolean" }

-- Removes blanks around a text, also the no-break spaces that spreadsheets write.
local function trimmed(text)
  local at, last = 1, #text
  while true do
    local next_at = text:match("^%s+()", at) or text:match("^\u{A0}()", at)
    if not next_at then break end
    at = next_at
  end
  while last >= at do
    if text:find("^%s", last) then
      last = last - 1
    elseif text:find("^\u{A0}", last - 1) then
      last = last - 2
    else
      break
    end
  end
  return text:sub(at, last)
end

-- The form in which names are compared: "From ID", "from_id" and "FromId" are one name.
local function plain(name)
  local bare = name:lower():gsub("[%s%p]", "")
  return bare ~= "" and bare or name
end

local function place(self, err)
  err.message = ("%s, %s"):format(self.name, err.message)
  return errors.adopt(err)
end

-- The next row: its fields and its line; nil at the end; nil and the error of a faulty row.
local function pull(self)
  while true do
    local fields, second = self.native:row()
    if fields or second then return fields, second end
    if self.finished then return nil end
    local bytes = self.source:read()
    if bytes then
      errors.check(self.native:feed(bytes))
    else
      self.native:finish()
      self.finished = true
    end
  end
end

-- The next row without a fault. Faulty rows are passed to the caller's function, or raised when there is none.
local function pull_fine(self)
  while true do
    local fields, second = pull(self)
    if fields or not second then return fields, second end
    local err = place(self, second)
    if not self.broken or err.code ~= "CSV_BROKEN" then error(err, 0) end
    self.broken(err)
  end
end

local function missing(self, key, wanted)
  local shown, names = {}, {}
  for i, name in ipairs(self.header or {}) do
    names[i] = name
    if i <= 30 then shown[i] = ("%q"):format(#name > 40 and name:sub(1, 40) .. "..." or name) end
  end
  if #names > 30 then shown[31] = ("and %d more"):format(#names - 30) end
  local found = #names > 0 and "the first line has " .. table.concat(shown, ", ") or "the file is empty"
  errors.raise("CSV_COLUMN_MISSING", ("%s: no column %s for %s; %s%s"):format(self.name, wanted, key, found,
    nearest.sentence(wanted:gsub('"', ""), names)), { place = self.header_line })
end

-- The position of the column with a name; nil: no column has it. Two such columns are an error.
local function position(self, key, name)
  local found
  for i, text in ipairs(self.header or {}) do
    if plain(text) == name then
      if found then
        errors.raise("CSV_COLUMN_MISSING", ("%s: %q for %s stands twice in the first line, as columns %d and %d")
          :format(self.name, text, key, found, i), { place = self.header_line, hint = "name it by its position" })
      end
      found = i
    end
  end
  return found
end

-- A required column is found with or without "id" behind its name; an optional one is not guessed.
local function find_name(self, key, name, optional)
  local bare = plain(name)
  local found = position(self, key, bare)
  if found or optional then return found end
  return position(self, key, bare .. "id") or (bare:match "^(.+)id$" and position(self, key, bare:match "^(.+)id$"))
end

local function find_column(self, key, wanted, optional, width)
  if math.type(wanted) == "integer" and wanted > 0 then
    if wanted <= width or optional then return wanted <= width and wanted or nil end
    errors.raise("CSV_COLUMN_MISSING", ("%s: no column %d for %s; the first line has %d"):format(self.name, wanted, key,
      width), { place = self.header_line })
  end
  local names = type(wanted) == "table" and wanted or { wanted }
  local shown = {}
  for i, name in ipairs(names) do
    if type(name) ~= "string" then
      check.refuse("columns." .. key, "a header name, a list of them or a position", name)
    end
    local found = find_name(self, key, name, optional)
    if found then return found end
    shown[i] = ("%q"):format(name)
  end
  if #shown == 0 then check.refuse("columns." .. key, "a header name, a list of them or a position", wanted) end
  if not optional then missing(self, key, table.concat(shown, " or ")) end
end

local function find_columns(self, columns, optional, width)
  local may_lack, keys = {}, {}
  for _, key in ipairs(optional or {}) do may_lack[key] = true end
  for key in pairs(columns) do keys[#keys + 1] = check.type("columns", key, "string") end
  table.sort(keys) -- so that the same column is named first each time
  for _, key in ipairs(keys) do
    self.places[key] = find_column(self, key, columns[key], may_lack[key], width)
  end
end

local function needs_header(options)
  if options.header ~= nil then return options.header end
  for _, wanted in pairs(options.columns or {}) do
    if math.type(wanted) ~= "integer" then return true end
  end
  return options.columns == nil
end

local function read_header(self)
  local fields, second = pull(self)
  if not fields and second then error(place(self, second), 0) end
  self.header, self.header_line = fields or {}, fields and second or 1
  for i, name in ipairs(self.header) do self.header[i] = trimmed(name) end
end

local function begin(self, options)
  local width
  if needs_header(options) then
    read_header(self)
    width = #self.header
  else
    self.held, self.held_line = pull_fine(self)
    width = self.held and #self.held or math.maxinteger
  end
  if options.columns then return find_columns(self, options.columns, options.optional, width) end
  for i, name in ipairs(self.header or {}) do
    if name ~= "" and not self.places[name] then self.places[name] = i end
  end
end

--- Opens a file and finds its columns.
-- @tparam string|file|source path a path, "-" for standard input; an open file, or what tether.files.source opened,
-- stays open
-- @tparam[opt] table options
--   columns: key -> header name in any case and with any of blank, "_" and "-" ("from id" finds "From ID" and
--   "from_id", and so does "from"), a list of such names of which the first one found is taken, or a position.
--   None: every column by its header text.
--   optional: list of keys that may be missing; their rows have nil.
--   header: whether the first line has the names; true unless all columns are positions.
--   trim: whether blanks around the asked columns go; the fields in order stay as they are.
--   broken: called with the error (`place` = line, `fields` = what was read of the row, `final` = nothing behind it
--   could be read) of each row that is lost; without it the first one is raised.
--   header_line: the line of the header, when titles stand above it;
--   unchecked: fields are not checked for being text, and short rows get empty fields;
--   encoding: "utf-8", "utf-16" or "windows-1252"; else by the first bytes;
--   sheet: of a workbook, or file of a ZIP file, by name or number.
-- @treturn reader with `header`, the list of names, and `name`, of the file
-- @raise FILE_FAILED, CSV_COLUMN_MISSING with the columns that were found, CSV_BROKEN, OPTION_UNKNOWN
function M.open(path, options)
  options = check.options("csv", options, known_options)
  local given = source.is(path) and path or nil
  local opened = given or source.open(path, options)
  local self = setmetatable({ source = opened, name = opened.name, owned = not given, places = {},
    broken = options.broken, trim = options.trim, native = errors.check(native.csv()) }, Reader)
  if options.unchecked then self.native:unchecked() end
  if opened.by_row then self.native:count_rows() end
  if options.header_line then self.native:begin_at(check.count("csv.header_line", options.header_line, 1)) end
  errors.check(self.native:feed(opened.bytes))
  local fine, err = pcall(begin, self, options)
  if not fine then
    self:close()
    error(err, 0)
  end
  return self
end

--- The next row and its line; nil at the end.
-- @treturn ?table fields in order, and the asked columns by key
-- @treturn ?integer the line in which the row begins
-- @raise CSV_BROKEN unless `broken` is given, FILE_FAILED
function Reader:row()
  if not self.native then return nil end
  local fields, line = self.held, self.held_line
  self.held = nil
  if not fields then fields, line = pull_fine(self) end
  if not fields then
    self:close()
    return nil
  end
  for key, i in pairs(self.places) do fields[key] = self.trim and trimmed(fields[i]) or fields[i] end
  return fields, line
end

--- Iterates over the rows that are left: row, line. The file is closed at the end, and when the loop is left.
function Reader:rows()
  return function() return self:row() end, nil, nil, self
end

--- Closes the file, as often as one likes.
function Reader:close()
  if self.native then self.native:close() end
  if self.owned then self.source:close() end
  self.native, self.owned = nil, false
end

Reader.__close, Reader.__gc = Reader.close, Reader.close

--- Iterates over the rows of a file: row, line. The arguments are those of `open`.
function M.rows(path, options)
  return M.open(path, options):rows()
end

return M
