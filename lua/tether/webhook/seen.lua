--- Remembers the keys of the last events, up to a number; a new key replaces the oldest.
local Seen = { __name = "tether.webhook.seen" }
Seen.__index = Seen

local M = {}

--- Makes an empty memory.
-- @tparam integer most the number of keys; 0: nothing is ever remembered
function M.new(most)
  return setmetatable({ most = most, at = 1, keys = {}, slots = {} }, Seen)
end

--- Whether a key is remembered.
-- @treturn boolean
function Seen:has(key)
  return self.slots[key] ~= nil
end

--- Remembers a key that is not remembered yet.
function Seen:add(key)
  if self.most == 0 then return end
  local oldest = self.keys[self.at]
  if oldest and self.slots[oldest] == self.at then self.slots[oldest] = nil end -- else it was forgotten
  self.keys[self.at] = key
  self.slots[key] = self.at
  self.at = self.at % self.most + 1
end

--- Forgets a key, so that it is new when it comes the next time.
function Seen:forget(key)
  self.slots[key] = nil
end

return M
