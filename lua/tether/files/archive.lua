--- XLSX, ZIP and gzip files as sources of text. This module and its libraries are loaded when the first such file
-- comes.
--
-- A file on a disk is unpacked once before any of it is read, so that a damaged file is refused before one of its rows
-- is used. A ZIP file that comes through a pipe is kept in a temporary file first, because its list of entries is at
-- its end.
local native = require "tether.archive.native"
local check = require "tether.check"
local encoding_of = require "tether.files.encoding"
local errors = require "tether.error"
local nearest = require "tether.nearest"

local PIECE = 64 * 1024 -- bytes that are copied at once

local M = {}

-- Passes a value on, or raises the error with the file's name in it.
local function named(self, value, err)
  if value ~= nil then return value end
  err.message = ("%s: %s"):format(self.name, err.message)
  error(errors.adopt(err), 0)
end

local function broken(self, message, ...)
  errors.raise("FILE_BROKEN", ("%s: " .. message):format(self.name, ...))
end

local function tell(self, message, ...)
  self.notices[#self.notices + 1] = ("%s: " .. message):format(self.name, ...)
end

-- -- gzip -----------------------------------------------------------------------------------------------------------

local function over_gzip(self, begun)
  self.problem = native.problem
  self:put_over(named(self, native.gunzip(self.file, begun)))
end

-- Unpacks the whole file once, and goes back to its beginning.
local function try_gzip(self, options)
  local below = self.file
  over_gzip(self, self.bytes)
  repeat until self:piece(options.stop) == ""
  table.remove(self.layers):close()
  self.file = below
  below:seek("set", self.begins_at)
end

--- Unpacks a gzip file.
-- @tparam source self with the first bytes of it
-- @tparam table options those of tether.files.source
-- @raise FILE_BROKEN
function M.gzip(self, options)
  local begun = self.bytes
  if self.begins_at then
    try_gzip(self, options)
    begun = ""
    if self.stopped then return end
  end
  over_gzip(self, begun)
  self.bytes = self:piece(options.stop)
  self.called = self.called:gsub("%.gz$", "")
  local inside = self.bytes:find "^\x1F\x8B" and "gzip" or self.bytes:find "^PK[\3\5][\4\6]" and "ZIP or XLSX"
  if inside then broken(self, "a %s file inside of a gzip file: unpack it once (gunzip)", inside) end
end

-- -- ZIP ------------------------------------------------------------------------------------------------------------

-- Copies what a pipe brings into a file that has no name.
local function keep(self, options)
  local file = assert(io.tmpfile())
  local bytes = self.bytes
  while bytes ~= "" do
    local written, message = file:write(bytes)
    if not written then errors.raise("FILE_FAILED", ("a temporary file: %s"):format(message)) end
    bytes = self:piece(options.stop)
  end
  self:put_over(file)
end

-- Unpacks an entry once to find out whether it is damaged, and answers its first bytes.
local function try_entry(self, pack, entry, options)
  named(self, pack:enter(entry))
  local first = ""
  repeat
    local bytes = named(self, pack:check())
    if #first < PIECE then first = first .. bytes end
    if options.stop and options.stop() then
      self.stopped = true
      return first
    end
  until bytes == ""
  return first
end

local function shown(list)
  local names = {}
  for i, file in ipairs(list) do
    if i == 11 then names[i] = ("and %d more"):format(#list - 10) end
    if i <= 10 then names[i] = ("%q"):format(file.name) end
  end
  return table.concat(names, ", ")
end

local function find(list, wanted)
  for i, file in ipairs(list) do
    if file.name == wanted then return i end
  end
  local lower = wanted:lower()
  for i, file in ipairs(list) do
    if file.name:lower() == lower or file.name:lower():match "[^/]*$" == lower then return i end
  end
  local number = math.tointeger(tonumber(wanted))
  return number and list[number] and number or nil
end

-- Finds an entry of a list by its name or its number.
local function choose(self, list, wanted, kind)
  if math.type(wanted) ~= "integer" then check.type("sheet", wanted, "string") end
  local found = find(list, tostring(wanted))
  self.chosen = true
  if found then return list[found] end
  local names = {}
  for i, file in ipairs(list) do names[i] = file.name end
  errors.raise("BAD_ARGUMENT", ("%s has no %s %q; it has %s%s"):format(self.name, kind, tostring(wanted), shown(list),
    nearest.sentence(tostring(wanted), names)))
end

-- Puts the text of a ZIP file in the place of the file.
local function read_from(self, handle, name, called, options)
  self.problem, self.size = native.problem, nil
  self:put_over(handle)
  self.name = ("%s, %s"):format(self.name, name)
  self.called = called
  self.bytes = self:piece(options.stop)
end

-- -- workbooks ------------------------------------------------------------------------------------------------------

local function first_visible(self, sheets)
  local visible, first = 0, nil
  for _, sheet in ipairs(sheets) do
    if not sheet.hidden and sheet.entry then
      visible = visible + 1
      first = first or sheet
    end
  end
  if not first then broken(self, "the workbook has no sheet with cells") end
  if visible > 1 then
    tell(self, "sheet %q is read, the first of %d; --sheet names another one", first.name, visible)
  end
  return first
end

local function workbook(self, pack, options)
  if options.encoding then
    errors.raise("BAD_ARGUMENT", ("encoding: %s is a workbook, which tells its own"):format(self.name))
  end
  local sheets = named(self, pack:workbook())
  local sheet = options.sheet ~= nil and choose(self, sheets, options.sheet, "sheet") or first_visible(self, sheets)
  if not sheet.entry then broken(self, "sheet %q has no cells", sheet.name) end
  try_entry(self, pack, sheet.entry, options)
  if self.stopped then return end
  self.by_row, self.encoding = true, "UTF-8"
  read_from(self, named(self, pack:sheet(sheet.entry, sheets.strings)), ("sheet %q"):format(sheet.name), "sheet.csv",
    options)
end

-- -- texts ----------------------------------------------------------------------------------------------------------

local TEXTS = { csv = "csv", tsv = "csv", txt = "csv", jsonl = "jsonl", ndjson = "jsonl" }

-- The entries that are text. Folders and the files that macOS adds are left out.
local function texts_of(names)
  local list = {}
  for entry, name in ipairs(names) do
    local file = name:match "[^/]+$"
    local kind = file and TEXTS[(file:match "%.(%w+)$" or ""):lower()]
    if kind and not name:find "^__MACOSX/" and not file:find "^%." then
      list[#list + 1] = { name = name, entry = entry, kind = kind }
    end
  end
  return list
end

local function try_text(self, pack, text, options)
  local first = try_entry(self, pack, text.entry, options)
  text.encoding = encoding_of(options.encoding, first)
  if text.encoding ~= "UTF-8" and not options.encoding then self:tell_encoding(text.name, text.encoding) end
  if self.stopped then return end
  local handle <close> = named(self, pack:text({ text.entry }, { text.encoding }, true))
  local plain = (handle:read(PIECE) or ""):gsub("^\u{FEFF}", "")
  text.header = plain:match "^[^\r\n]*"
end

local function check_alike(self, texts)
  for _, text in ipairs(texts) do
    if text.kind ~= texts[1].kind or (text.kind == "csv" and text.header ~= texts[1].header) then
      errors.raise("BAD_ARGUMENT", ("%s: %q and %q have different columns; name one file with --sheet: %s"):format(
        self.name, texts[1].name, text.name, shown(texts)))
    end
  end
end

local function read_texts(self, pack, texts, options)
  local entries, encodings = {}, {}
  for i, text in ipairs(texts) do
    try_text(self, pack, text, options)
    if self.stopped then return end
    entries[i], encodings[i] = text.entry, text.encoding
  end
  check_alike(self, texts)
  if #texts > 1 then tell(self, "%d files are read as one: %s", #texts, shown(texts)) end
  self.encoding = encodings[1]
  read_from(self, named(self, pack:text(entries, encodings, texts[1].kind == "jsonl")),
    #texts == 1 and texts[1].name or ("%d files"):format(#texts), texts[1].name, options)
end

-- Kinds of ZIP files that have no rows, each known by an entry that such files have.
local OTHERS = {
  { entry = "^xl/workbook%.bin$", what = "a binary workbook (.xlsb): save it as XLSX or CSV" },
  { entry = "^content%.xml$", what = "an OpenDocument file (.ods): save it as XLSX or CSV" },
  { entry = "^word/document%.xml$", what = "a Word document: save its table as CSV" },
  { entry = "^ppt/presentation%.xml$", what = "a presentation: save its table as CSV" },
  { entry = "%.xlsx$", what = "a ZIP file with a workbook in it: unpack it, then import the XLSX file" },
  { entry = "%.zip$", what = "a ZIP file inside of a ZIP file: unpack it once" },
  { entry = "%.gz$", what = "a ZIP file with a gzip file in it: unpack it once" },
}

local function refuse_other(self, names)
  for _, other in ipairs(OTHERS) do
    for _, name in ipairs(names) do
      if name:lower():find(other.entry) then broken(self, "%s", other.what) end
    end
  end
  local list = {}
  for i, name in ipairs(names) do list[i] = { name = name } end
  broken(self, "a ZIP file without CSV or JSON lines in it; it has %s", shown(list))
end

local function is_workbook(names)
  for _, name in ipairs(names) do
    if name == "xl/workbook.xml" or name:find "^xl/worksheets/.*%.xml$" then return true end
  end
  return false
end

--- Finds the text of a ZIP file: a sheet of a workbook, or its CSV or JSON lines files.
-- @tparam source self with the first bytes of it
-- @tparam table options those of tether.files.source
-- @raise FILE_BROKEN, BAD_ARGUMENT
function M.zip(self, options)
  if not self.begins_at then keep(self, options) end
  if self.stopped then return end
  if self.bytes:find "^PK\5\6" then broken(self, "a ZIP file with nothing in it") end
  local pack = named(self, native.pack(self.file))
  local names = pack:names()
  if is_workbook(names) then return workbook(self, pack, options) end
  local texts = texts_of(names)
  if #texts == 0 then refuse_other(self, names) end
  if options.sheet ~= nil then texts = { choose(self, texts, options.sheet, "file") } end
  read_texts(self, pack, texts, options)
end

return M
