-- Scripts made by chance, tried on a shadow and applied, against the same scripts on the account.
local as_shadow = require "spec.support.as_shadow"
local tether = require "tether"

local ROUNDS = math.tointeger(tonumber(os.getenv "SHADOW_ROUNDS")) or 12
local SEED = math.tointeger(tonumber(os.getenv "SHADOW_SEED")) or 1 -- another one each time is for who looks for faults

local LABELS = { "A", "B", "C" }
local TYPES = { "contacts", "companies", "deals", "p_pets" }

-- An account with links of all kinds, the same for a number.
local function account(random)
  local seed = { schemas = { { name = "pets", number = 33, labels = { singular = "Pet", plural = "Pets" },
      associatedObjects = { "contacts" } } }, contacts = {}, companies = {}, deals = {}, p_pets = {}, labels = {},
    links = {}, limits = {} }
  for id = 1, 8 do
    seed.contacts[id] = { id = id, properties = { email = ("c%d@example.com"):format(id), firstname = "N" .. id } }
    seed.companies[id] = { id = 500 + id, properties = { name = "Company " .. id } }
    seed.deals[id] = { id = 900 + id, properties = { dealname = "Deal " .. id, dealstage = "1" } }
    seed.p_pets[id] = { id = 700 + id }
  end
  for i, label in ipairs(LABELS) do
    seed.labels[i] = { from = "contacts", to = "companies", label = label, name = "l" .. i, id = 20 + 2 * i,
      inverseId = 21 + 2 * i, inverseLabel = i == 2 and "B back" or nil }
  end
  seed.labels[4] = { from = "companies", to = "companies", label = "Owner", inverseLabel = "Owned", name = "owner",
    id = 41, inverseId = 42 }
  seed.limits[1] = random(2) == 1 and { from = "contacts", to = "companies", type = 279, most = 3 } or nil
  local taken = {}
  for _ = 1, 14 do
    local from, to = random(8), 500 + random(8)
    local types = { 279, random(3) == 1 and LABELS[random(3)] or nil }
    if not taken[from] and random(3) == 1 then types[#types + 1] = 1 end
    if not seed.limits[1] or not taken[from] or taken[from] < 3 then
      seed.links[#seed.links + 1] = { from = "contacts", fromId = from, to = "companies", toId = to, types = types }
      taken[from] = (taken[from] or 0) + 1
    end
  end
  return seed
end

-- One step of a script; records that it has made are reached by their number.
local steps = {
  function(hub, random) hub:associate("contacts", random(9), "companies", 500 + random(9), LABELS[random(3)]) end,
  function(hub, random) hub:associate("companies", 500 + random(8), "contacts", random(8)) end,
  function(hub, random)
    local set = tether.links("contacts", "companies")
    for _ = 1, 4 do set:add(random(9), 500 + random(9), random(2) == 1 and LABELS[random(3)] or nil) end
    hub:associate(set)
  end,
  function(hub, random) hub:dissociate("contacts", random(8), "companies", 500 + random(8)) end,
  function(hub, random) hub:relabel("contacts", random(8), "companies", 500 + random(8), { LABELS[random(3)] }) end,
  function(hub, random) hub:unlabel("contacts", random(8), "companies", 500 + random(8), LABELS[random(3)]) end,
  function(hub, random) hub.primary:set("contacts", random(8), "companies", 500 + random(8)) end,
  function(hub, random) hub.primary:clear("contacts", random(8), "companies") end,
  function(hub, random) hub:associate("companies", 500 + random(8), "companies", 500 + random(8), "Owner") end,
  function(hub, random) hub:dissociate("companies", 500 + random(8), "companies", 500 + random(8)) end,
  function(hub, random) hub:associate("deals", 900 + random(8), "companies", 500 + random(8)) end,
  function(hub, random) hub:update("contacts", random(8), { firstname = "F" .. random(3) }) end,
  function(hub, random) hub:update("contacts", random(8), { email = ("c%d@example.com"):format(random(10)) }) end,
  function(hub, random) hub:upsert("contacts", "email", { { id = ("c%d@example.com"):format(random(12)),
    properties = { lastname = "L" .. random(3) } } }) end,
  function(hub, random, made)
    local one = hub:create("contacts", { firstname = "Made", lastname = "M" .. #made },
      { { to = 500 + random(8), type = "companies", types = LABELS[random(3)] } })
    made[#made + 1] = one.id
  end,
  function(hub, random, made)
    if #made > 0 then hub:associate("contacts", made[random(#made)], "companies", 500 + random(8)) end
  end,
  function(hub, random) hub:archive(TYPES[random(3)], ({ 0, 500, 900 })[random(3)] + random(8)) end,
  function(hub, random) hub.labels:ensure("contacts", "companies", "New " .. random(2)) end,
  function(hub, random) hub:associate("contacts", random(8), "companies", 500 + random(8), "New " .. random(2)) end,
  function(hub) hub.labels:rename("contacts", "companies", "A", { label = "A" }) end,
  function(hub, random) hub.labels:delete("contacts", "companies", LABELS[random(3)], { force = true }) end,
  function(hub, random) hub.limits:set("contacts", "companies", { default = 3 + random(3) }) end,
  function(hub, random) hub:associate("p_pets", 700 + random(8), "contacts", random(8)) end,
}

-- What a step says: its error's code, for the two must say the same.
local function run(script)
  return function(hub)
    local random, said, made = script(), {}, {}
    for i = 1, 12 do
      local ok, problem = pcall(steps[random(#steps)], hub, random, made)
      assert(ok or tether.error.is(problem), tostring(problem))
      said[i] = ok and "fine" or problem.code
    end
    return table.concat(said, " ")
  end
end

-- The same numbers each time it is asked, whatever else draws some.
local function numbers(seed)
  return function()
    local state = seed
    return function(most)
      state = (state * 6364136223846793005 + 1442695040888963407)
      return (state >> 33) % most + 1
    end
  end
end

describe("a script made by chance", function()
  it("says and leaves the same, tried and applied, as on the account", function()
    for round = 1, ROUNDS do
      local script = numbers(SEED + round)
      local fine, found = pcall(as_shadow.check, account(script()), run(script))
      assert.is_true(fine, ("SHADOW_SEED=%d, round %d: %s"):format(SEED, round, tostring(found)))
      assert.equal(found.real, found.tried, ("SHADOW_SEED=%d, round %d"):format(SEED, round))
    end
  end)
end)
