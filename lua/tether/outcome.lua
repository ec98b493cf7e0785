--- Outcome: the state of every row of a links set after a write.
local lazy = require "tether.lazy"
local native = require "tether.native"
local algebra = lazy "tether.sets.algebra"
local errors = require "tether.error"
local meaning = lazy "tether.links.meaning"
local nearest = require "tether.nearest"
local writer = lazy "tether.sets.writer"

local Outcome = nearest.guard({ __name = "tether.outcome" }, "an outcome",
  { "linked", "removed", "unchanged", "skipped", "rejected", "unknown", "pending", "stopped", "keys",
    "merged", "removes" })

local M = {}

local counted = { linked = true, unchanged = true, rejected = true, unknown = true, pending = true }

-- Counts such as outcome.linked are read from the core.
function Outcome.__index(self, key)
  if key == "skipped" then return 0 end
  if key == "removed" then return self.removes and rawget(self, "native"):count "linked" or 0 end
  if key == "unchanged" then return rawget(self, "native"):count(key) - self.skipped end
  if counted[key] then return rawget(self, "native"):count(key) end
  return Outcome[key]
end

--- Makes an outcome with every row pending.
-- @tparam links links
-- @treturn outcome fields linked (after a removal also `removed`), unchanged, skipped, rejected, unknown, pending:
--   numbers of rows; `keys`: how keys were resolved, `merged`: old id -> id of the record that it was merged into
function M.new(links)
  return setmetatable({ links = links, native = errors.check(native.outcome(#links)) }, Outcome)
end

--- Settles a row that the rules for keys leave out as skipped.
function M.skip(result, row)
  errors.check(result.native:settle(native.rows(row, 1), "unchanged"))
  result.skips = result.skips or {}
  result.skips[row], result.skipped = true, result.skipped + 1
end

function Outcome:__len()
  return #self.native
end

function Outcome:__tostring()
  local text = ("%d %s, %d unchanged, %d rejected, %d unknown"):format(self.linked, self.removes and "removed" or
    "linked", self.unchanged, self.rejected, self.unknown)
  if self.skipped > 0 then text = ("%s, %d skipped"):format(text, self.skipped) end
  return self.pending > 0 and ("%s, %d not sent"):format(text, self.pending) or text
end

--- The state of one row: "linked", "unchanged", "skipped" (by the rules for keys), "rejected", "unknown"; after
-- a removal "removed" instead of "linked".
function Outcome:state(row)
  if self.skips and self.skips[row] then return "skipped" end
  local state = self.native:state(row)
  return state == "linked" and self.removes and "removed" or state
end

--- Iterates over the rows that are not done: row number, error.
-- @treturn function
function Outcome:failed_rows()
  local row, rejected, unknown = 0, 0, 0
  return function()
    if rejected == row then rejected = self.native:next("rejected", row) or math.maxinteger end
    if unknown == row then unknown = self.native:next("unknown", row) or math.maxinteger end
    row = math.min(rejected, unknown)
    if row == math.maxinteger then return nil end
    return row, errors.adopt(self.native:reason(row) or
      { code = "NOT_CONFIRMED", message = "nothing is known of this row" })
  end
end

--- Iterates over the rows that are not done: { row =, from =, to =, types =, labels =, state =, error = }.
-- @treturn function
function Outcome:failures()
  local next_row = self:failed_rows()
  return function()
    local row, problem = next_row()
    if not row then return nil end
    local failure = self.links:row(row)
    failure.row, failure.state, failure.error = row, self.native:state(row), problem
    problem.in_doubt = failure.state == "unknown" or nil
    return failure
  end
end

--- The rows that were not sent, because the account or the connection refused everything, or because a function of the
-- script ended the run. Give them to the same verb later.
-- @treturn links
function Outcome:unsent()
  return algebra.pick(self.links, function(row) return self.native:next("pending", row) end)
end

--- Writes the rows that are not done to a file, CSV or JSON lines, which tether.links.read takes again: from, to,
-- label, line of the file that they came from, code and reason.
-- @tparam string|file path "-" is standard output
-- @tparam[opt] {table,...} refused rows that tether.links.read refused
-- @tparam[opt] string format "csv" or "jsonl"; else by the name
-- @treturn integer how many rows were written
-- @raise FILE_FAILED
function Outcome:write(path, refused, format)
  local file <close> = writer.failures(path, format)
  for _, row in ipairs(refused or {}) do file:row(row) end
  local lines = self.links.lines or {}
  for row in self:failures() do
    file:row { from = row.from, to = row.to, types = meaning.items(row), line = lines[row.row],
      error = row.error }
  end
  return file:close()
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
