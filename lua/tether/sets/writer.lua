--- Writes links and failures to files as a stream of CSV or JSON lines, which tether.rows and links.read read again.
local native = require "tether.native"
local cell = require "tether.links.cell"
local check = require "tether.check"
local csv_line = require "tether.sets.csv_line"
local errors = require "tether.error"
local json = require "tether.json"
local plain = require "tether.plain"

local PIECE = 20000 -- links that are written as one text

local M = {}

local Writer = { __name = "tether.writer" }
Writer.__index = Writer

local function format_of(path, given)
  if given ~= nil then
    if given ~= "csv" and given ~= "jsonl" then check.refuse("format", "csv or jsonl", given) end
    return given
  end
  local ending = type(path) == "string" and (path:match "%.(%w+)$" or ""):lower()
  return (ending == "jsonl" or ending == "ndjson") and "jsonl" or "csv"
end

local function failed(self, problem)
  errors.raise("FILE_FAILED", ("cannot write %s: %s"):format(self.name, problem))
end

local function put(self, text)
  if self.is_terminal then text = plain.lines(text) end -- a label may command a terminal; a file gets it as it is
  local written, problem = self.file:write(text)
  if not written then failed(self, problem) end
end

local function open(path, format, header)
  local self = setmetatable({ format = format_of(path, format), count = 0, name = path }, Writer)
  if io.type(path) == "file" then
    self.file, self.name = path, path == io.stdout and "standard output" or "the output"
  elseif path == "-" then
    self.file, self.name = io.stdout, "standard output"
  else
    local file, problem = io.open(check.type("path", path, "string"), "wb")
    if not file then errors.raise("FILE_FAILED", "cannot write " .. problem) end
    self.file, self.owned = file, true
  end
  self.is_terminal = native.is_terminal(self.file)
  if self.format == "csv" then put(self, csv_line(header)) end
  return self
end

--- Opens a file for links: from, to, labels (separated by "; "), primary ("true" or nothing), or as JSON lines
-- `{"from":101,"to":9001,"labels":["Decision maker"],"primary":true}`, where ids beyond 2^53 are texts. A type without
-- a label stands as its id among the labels (279, USER_DEFINED:7), in JSON lines under "types".
-- @tparam string|file path "-" is standard output; an open file stays open
-- @tparam[opt] string format "csv" or "jsonl"; else by the name
-- @treturn writer `count`: lines written
-- @raise FILE_FAILED
-- @tparam[opt] boolean escape whether a cell that a spreadsheet would take for a formula gets an apostrophe before it,
--   which reading removes; for CSV only
function M.links(path, format, escape)
  local self = open(path, format, { "from", "to", "labels", "primary" })
  self.escape = escape
  return self
end

-- The cell that holds the labels of a link.
local function labels_cell(self, link)
  local text = cell.text(link.items) or ""
  return self.escape and text:find "^[=+%-@\t\r]" and "'" .. text or text
end

-- The columns of a file of failures. The text of a line that could not be read stands in the last column.
local FAILURES = { "from", "to", "label", "line", "code", "reason", "from_object_type", "to_object_type", "raw" }

--- Opens a file for rows that are not done: from, to, label, line, code, reason, the object types, and the text of a
-- line that could not be read. Such a file can be imported again.
-- @tparam string|file path
-- @tparam[opt] string format
-- @treturn writer
-- @raise FILE_FAILED
function M.failures(path, format)
  return open(path, format, FAILURES)
end

local function text_json(value)
  return (json.encode(value):gsub("\\/", "/"))
end

local function type_json(item)
  if type(item) ~= "table" then return text_json(item) end
  return ('{"category":"%s","id":%d}'):format(item.category, item.id)
end

local function list_json(name, list)
  return #list > 0 and (',"%s":[%s]'):format(name, table.concat(list, ",")) or ""
end

-- Labels, and types without a label, as two lists in JSON.
local function types_json(list, is_primary)
  local labels, others = {}, {}
  for _, item in ipairs(list) do
    local kind = type(item) == "string" and labels or others
    kind[#kind + 1] = type_json(item)
  end
  return list_json("labels", labels) .. list_json("types", others) .. (is_primary and ',"primary":true' or "")
end

local function truth(is_primary)
  return is_primary and "true" or ""
end

-- The text that follows the ids, which is the same in every line of links with the same types.
local function behind(self, link)
  if self.format == "csv" then return "," .. csv_line { labels_cell(self, link), truth(link.primary) } end
  return types_json(link.items, link.primary) .. "}\n"
end

local function id_json(id)
  if math.type(id) ~= "integer" then return text_json(id) end
  return (id > 1 << 53 and '"%d"' or "%d"):format(id)
end

local function slow_line(self, link)
  if self.format == "jsonl" then
    return ('{"from":%s,"to":%s%s'):format(id_json(link.from), id_json(link.to), behind(self, link))
  end
  return csv_line { link.from, link.to, labels_cell(self, link), truth(link.primary) }
end

--- Writes the links of a set. The plain type is not written: a line without labels means the default association.
-- @tparam links set
-- @raise FILE_FAILED
function Writer:links(set)
  self.count = self.count + #set
  if next(set.keyed) then
    for link in set:rows() do put(self, slow_line(self, link)) end
    return
  end
  local texts, before, between = {}, "", ","
  if self.format == "jsonl" then before, between = '{"from":', ',"to":' end
  for index in pairs(native.tally(set.native)) do texts[index] = behind(self, set:described(index)) end
  for first = 1, #set, PIECE do
    local rows = native.rows(first, math.min(PIECE, #set - first + 1))
    put(self, (errors.check(native.rowtext(set.native, rows, before, between, texts, self.format == "jsonl"))))
  end
end

-- A line that could not be read may be no text: each byte that is not part of a text becomes a question mark.
local function readable(raw)
  if not raw then return nil end
  return utf8.len(raw) and (raw:gsub("%z", "?")) or (raw:gsub("[%z\x80-\xFF]", "?"))
end

local function field(name, value)
  return value and (',"%s":%s'):format(name, text_json(value)) or ""
end

--- Writes a row that is not done.
-- @tparam table row { from =, to =, types =, line =, from_type =, to_type =, raw =, error = { code =, message = } },
--   of which all but the error may be missing; `types` is a list as a script writes it, and `label` a label cell that
--   stands for it
-- @raise FILE_FAILED
function Writer:row(row)
  self.count = self.count + 1
  if self.format == "csv" then
    local label = row.types and cell.text(row.types) or row.label
    return put(self, csv_line(table.pack(row.from, row.to, label, row.line, row.error.code, row.error.message,
      row.from_type, row.to_type, readable(row.raw))))
  end
  local ends = row.raw and "" or ('"from":%s,"to":%s%s,'):format(id_json(row.from or ""), id_json(row.to or ""),
    types_json(row.types or errors.check(native.label_items(row.label or ""))))
  put(self, ('{%s"line":%s,"code":"%s","reason":%s%s%s%s}\n'):format(ends, row.line or "null", row.error.code,
    text_json(row.error.message), field("from_object_type", row.from_type), field("to_object_type", row.to_type),
    field("raw", readable(row.raw))))
end

--- Writes what is still in memory, and closes the file unless it was given open.
-- @treturn integer lines written
-- @raise FILE_FAILED
function Writer:close()
  local file = self.file
  if not file then return self.count end
  self.file = nil
  local fine, problem = file:flush()
  if self.owned then
    local closed, late = file:close()
    fine, problem = fine and closed, problem or late
  end
  if not fine then failed(self, problem) end
  return self.count
end

Writer.__close = Writer.close

return M
