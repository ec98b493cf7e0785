-- sort.lua LINKS sort|diff|prepare: sorts so many links; or sorts them and compares them with another sorted set, of
-- nine tenths of them; or, as every write does before it sends, gives them types and finds rows of one pair.
local tether = require "tether"
local figures = require "spec.bench.figures"

local links, mode = math.tointeger(arg[1]), arg[2]
local set, other = tether.links("contacts", "companies"), nil
set:add(1, 1, 279):add(1, 1, { 279, "Label" }) -- so that the set knows both lists; the rows go again
local _, _, plain = set.native:row(1)
local _, _, label = set.native:row(2)
local core = assert(set.native:slice(1, 0))
set.native = core
local state = 1
for i = 0, links - 1 do
  state = state * 6364136223846793005 + 1442695040888963407
  core:add(10000000000 + (state >> 24) % 2500000, 20000000000 + (state >> 34) % 900000000,
    i % 10 == 0 and label or plain)
end
if mode == "diff" then other = set:filter({ labeled = false }):compact() end
local f = figures.begin()
if mode == "prepare" then
  local resolved = set:resolved(function() return { { category = "HUBSPOT_DEFINED", id = 279 } } end)
  assert(resolved.native:unify())
else
  set:compact()
end
if other then
  local diff = set:diff(other)
  assert(diff.same + #diff.added + #diff.changed == #set and #diff.removed == 0)
end
f.print(links)
