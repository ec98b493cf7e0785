--- Chooses, of several records, the one that was made last.
local batches = require "tether.hub.records"
local errors = require "tether.error"

local M = {}

local CALL = 100 -- records of a batch read

-- Reads when records were made, as numbers that grow with time; known records are not read again.
local function learn(self, ids)
  for first = 1, #ids, CALL do
    local part = table.move(ids, first, math.min(#ids, first + CALL - 1), 1, {})
    local found = batches.get(self.hub, self.object_type, part)
    self.tally.reads = self.tally.reads + 1
    for i, id in ipairs(part) do
      local digits = found[i] and tostring(found[i].createdAt):gsub("%D", "") or ""
      self.made[id] = math.tointeger(tonumber((digits .. "00000000000000000"):sub(1, 17))) or 0
    end
  end
end

--- Makes the function that chooses among records of one object type.
-- @tparam table hub
-- @tparam string object_type of the records on the to side
-- @tparam table tally
-- @treturn function called with native rows, sorted: answers for each from record the row with the newest to record; of
--   equal ones that with the larger id
function M.of(hub, object_type, tally)
  local self = { hub = hub, object_type = object_type, tally = tally, made = {} }
  return function(rows)
    local unknown, seen = {}, {}
    for row = 1, #rows do
      local _, to = rows:row(row)
      if not self.made[to] and not seen[to] then unknown[#unknown + 1], seen[to] = to, true end
    end
    learn(self, unknown)
    local chosen, best = errors.check(rows:like()), nil
    for row = 1, #rows do
      local from, to = rows:row(row)
      best = best or row
      if self.made[to] >= self.made[select(2, rows:row(best))] then best = row end
      if row == #rows or rows:row(row + 1) ~= from then
        errors.check(chosen:append(rows, best))
        best = nil
      end
    end
    return chosen
  end
end

return M
