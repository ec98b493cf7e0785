--- Links and failures to files, streaming: CSV or JSON lines that tether.rows and links.read take again.
local native = require "tether.native"
local check = require "tether.check"
local csv = require "tether.files.csv"
local errors = require "tether.error"
local json = require "tether.json"

local PIECE = 20000 -- links that are one text

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
  if self.format == "csv" then put(self, csv.line(header)) end
  return self
end

--- Opens a file for links: from, to, labels (separated by "; "), primary ("true" or nothing), or as JSON lines
-- `{"from":101,"to":9001,"labels":["Decision maker"],"primary":true}`, where ids beyond 2^53 are texts.
-- @tparam string|file path "-" is standard output; an open file stays open
-- @tparam[opt] string format "csv" or "jsonl"; else by the name
-- @treturn writer `count`: lines written
-- @raise FILE_FAILED
function M.links(path, format)
  return open(path, format, { "from", "to", "labels", "primary" })
end

--- Opens a file for rows that are not done: from, to, label, line, code, reason. It can be fed again.
-- @treturn writer
-- @raise FILE_FAILED
function M.failures(path, format)
  return open(path, format, { "from", "to", "label", "line", "code", "reason" })
end

local function text_json(value)
  return (json.encode(value):gsub("\\/", "/"))
end

local function labels_json(labels)
  if #labels == 0 then return "" end
  local parts = {}
  for i, label in ipairs(labels) do parts[i] = text_json(label) end
  return (',"labels":[%s]'):format(table.concat(parts, ","))
end

-- What stands behind the ids in every line of links with the same types.
local function behind(self, link)
  if self.format == "csv" then
    local cells = csv.line { table.concat(link.labels, "; "), link.primary and "true" or "" }
    return "," .. cells
  end
  return ("%s%s}\n"):format(labels_json(link.labels), link.primary and ',"primary":true' or "")
end

local function id_json(id)
  if math.type(id) ~= "integer" then return text_json(id) end
  return (id > 1 << 53 and '"%d"' or "%d"):format(id)
end

local function slow_line(self, link)
  if self.format == "jsonl" then
    return ('{"from":%s,"to":%s%s'):format(id_json(link.from), id_json(link.to), behind(self, link))
  end
  return csv.line { link.from, link.to, table.concat(link.labels, "; "), link.primary and "true" or "" }
end

--- Writes the links of a set. Types without a name, such as the plain one, are not told: a line without labels is the
-- default association.
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

--- Writes a row that is not done.
-- @tparam table row { from =, to =, label =, line =, error = { code =, message = } }, ends and label may be missing
-- @raise FILE_FAILED
function Writer:row(row)
  self.count = self.count + 1
  if self.format == "csv" then
    return put(self, csv.line(table.pack(row.from, row.to, row.label, row.line, row.error.code, row.error.message)))
  end
  local labels = {}
  for label in (row.label or ""):gmatch "[^;]+" do labels[#labels + 1] = label:match "^%s*(.-)%s*$" end
  put(self, ('{"from":%s,"to":%s%s,"line":%s,"code":"%s","reason":%s}\n'):format(id_json(row.from or ""),
    id_json(row.to or ""), labels_json(labels), row.line or "null", row.error.code, text_json(row.error.message)))
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
