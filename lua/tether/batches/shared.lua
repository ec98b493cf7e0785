--- Finds the reason that rows share, so that a batch that is refused whole is not halved down to single rows.
--
-- A refusal may name the type that it refuses; then it concerns each row with that type. Else some rows are tried
-- alone. When some are refused with the same message as the batches, and no row has been accepted since, the message
-- concerns all rows.
-- all.
local native = require "tether.native"

local M = {}

local ENOUGH = 3 -- rows refused alone, after which the reason counts as shared

local Shared = { __name = "tether.shared" }
Shared.__index = Shared

--- Makes the state, in which nothing is known yet.
function M.new()
  return setmetatable({ words = nil, count = 0 }, Shared)
end

local function words_of(err)
  return ("%s %s"):format(err.code, (err.message:gsub(" %(after %d+ tries%)$", "")))
end

--- Notes that a row was refused alone.
function Shared:alone(err)
  local words = words_of(err)
  if self.words ~= words then self.words, self.count = words, 0 end
  self.count = self.count + 1
end

--- Notes that a row was accepted, so that not all rows share a reason.
function Shared:done()
  self.words, self.count = nil, 0
end

--- Whether the refusal of a batch concerns all of its rows.
function Shared:is_about_all(err)
  return self.count >= ENOUGH and self.words == words_of(err)
end

local CATEGORIES = { ["0"] = "HUBSPOT_DEFINED", ["1"] = "USER_DEFINED", ["2"] = "INTEGRATOR_DEFINED" }

-- The types that a refusal names: "USER_DEFINED=7 is not a valid association definition id", "1-7 is not a valid
-- association type between ..." (wire.md, 11.3).
local function named_types(err)
  local named = {}
  for category, id in err.message:gmatch "(%u[%u_]+)=(%d+) is not a valid association definition" do
    named[category .. " " .. id] = true
  end
  for ordinal, id in err.message:gmatch "(%d)%-(%d+) is not a valid association type" do
    if CATEGORIES[ordinal] then named[CATEGORIES[ordinal] .. " " .. id] = true end
  end
  for ordinal, id in err.message:gmatch "For definition (%d)%-(%d+)" do
    if CATEGORIES[ordinal] then named[CATEGORIES[ordinal] .. " " .. id] = true end
  end
  return named
end

--- The rows of a batch that have a type which its refusal names.
-- @param links native links set
-- @param rows native rows
-- @param err
-- @treturn {integer,...}
function M.named(links, rows, err)
  local types, known, found = named_types(err), {}, {}
  if not next(types) then return found end
  for i = 1, #rows do
    local row = rows:at(i)
    local _, _, index = links:row(row)
    if known[index] == nil then
      known[index] = false
      for _, type in ipairs(links:types(row)) do
        known[index] = known[index] or types[("%s %d"):format(type.category, type.id)] or false
      end
    end
    if known[index] then found[#found + 1] = row end
  end
  return found
end

--- Adds to a refusal that its row was not tried alone.
function M.together(err)
  local copy = setmetatable({}, getmetatable(err))
  for name, value in pairs(err) do copy[name] = value end
  copy.message = ("%s (refused together with other rows, some of them alone)"):format(err.message)
  return copy
end

--- Settles rows one by one.
function M.settle(outcome, rows, state, err)
  for _, row in ipairs(rows) do outcome.native:settle(native.rows(row, 1), state, err) end
end

return M
