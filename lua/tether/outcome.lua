--- What became of every row of a links set.
local csv = require "tether.csv"
local native = require "tether.native"
local errors = require "tether.error"

local Outcome = { __name = "tether.outcome" }

local M = {}

local counted = { linked = true, unchanged = true, rejected = true, unknown = true, pending = true }

-- outcome.linked and its like are read from the core.
function Outcome.__index(self, key)
  if counted[key] then return rawget(self, "native"):count(key) end
  return Outcome[key]
end

--- Makes an outcome with every row pending.
-- @tparam links links
-- @treturn outcome fields linked, unchanged, rejected, unknown, pending: numbers of rows; `keys`: how keys were
--   resolved, `merged`: old id -> id of the record that it was merged into
function M.new(links)
  return setmetatable({ links = links, native = errors.check(native.outcome(#links)) }, Outcome)
end

function Outcome:__len()
  return #self.native
end

function Outcome:__tostring()
  local text = ("%d linked, %d unchanged, %d rejected, %d unknown"):format(self.linked, self.unchanged, self.rejected,
    self.unknown)
  return self.pending > 0 and ("%s, %d not sent"):format(text, self.pending) or text
end

--- The state of one row: "linked", "unchanged", "rejected", "unknown".
function Outcome:state(row)
  return self.native:state(row)
end

--- Iterates over the rows that are not done: { row =, from =, to =, types =, labels =, state =, error = }; of a row
-- that is unknown `error.in_doubt` is true.
-- @treturn function
function Outcome:failures()
  local row = 0
  local function next_row()
    local rejected, unknown = self.native:next("rejected", row), self.native:next("unknown", row)
    row = math.min(rejected or math.maxinteger, unknown or math.maxinteger)
    return row < math.maxinteger
  end
  return function()
    if not next_row() then return nil end
    local failure = self.links:row(row)
    failure.row, failure.state = row, self.native:state(row)
    failure.error = errors.adopt(self.native:reason(row) or
      { code = "NOT_CONFIRMED", message = "nothing is known of this row" })
    failure.error.in_doubt = failure.state == "unknown" or nil
    return failure
  end
end

--- The rows that were not sent, since the day's calls were used up: a set for the same verb, tomorrow.
-- @treturn links
function Outcome:unsent()
  local set, row = self.links:empty(), self.native:next("pending", 0)
  while row do
    local link = self.links:row(row)
    set:add(link.from, link.to, #link.types > 0 and link.types or nil)
    row = self.native:next("pending", row)
  end
  return set
end

--- Writes the rows that are not done to a CSV file, which tether.links.read takes again: from, to, label, line of the
-- file that they came from, code and reason.
-- @tparam string path
-- @tparam[opt] {table,...} refused rows that tether.links.read refused
-- @treturn integer how many rows were written
-- @raise FILE_FAILED
function Outcome:write(path, refused)
  local file, problem = io.open(path, "wb")
  if not file then errors.raise("FILE_FAILED", "cannot write " .. problem) end
  local count = 0
  local function line(...)
    local written, failure = file:write(csv.line(table.pack(...)))
    if not written then errors.raise("FILE_FAILED", ("cannot write %s: %s"):format(path, failure)) end
    count = count + 1
  end
  line("from", "to", "label", "line", "code", "reason")
  for _, row in ipairs(refused or {}) do
    line(row.from, row.to, row.label, row.line, row.error.code, row.error.message)
  end
  local lines = self.links.lines or {}
  for row in self:failures() do
    line(row.from, row.to, table.concat(row.labels, "; "), lines[row.row], row.error.code, row.error.message)
  end
  file:close()
  return count - 1
end

--- Raises ROWS_FAILED unless every row is linked or unchanged.
-- @treturn outcome itself
function Outcome:assert()
  local failed = self.rejected + self.unknown + self.pending
  if failed == 0 then return self end
  local first = self:failures()()
  local detail = first and ("; the first is row %d, %s to %s: %s"):format(first.row, first.from, first.to,
    first.error.message) or ""
  errors.raise("ROWS_FAILED", ("%d of %d rows failed%s"):format(failed, #self, detail))
end

return M
