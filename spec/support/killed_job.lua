--- The job of the specs that kill who writes it: what the account has before, and what it is planned to have. Every
-- contact is linked to four of ten companies; the plan changes links, labels and primaries.
local tether = require "tether"

local M = {}

--- Switches of the portal: small batches, so that a job has many.
M.SWITCHES = { batch_create_most = 20, batch_read_most = 30, batch_most = 10 }

--- How many contacts.
M.CONTACTS = 60

--- What the portal is seeded with.
-- @treturn table
function M.facts()
  local all = { contacts = {}, companies = {}, links = {},
    labels = { { from = "contacts", to = "companies", label = "Payer", name = "payer", id = 21, inverseId = 22 },
      { from = "contacts", to = "companies", label = "Old", name = "old", id = 23, inverseId = 24 } } }
  for id = 1, M.CONTACTS do all.contacts[id] = { id = id } end
  for id = 1, 10 do all.companies[id] = { id = 1000 + id } end
  for contact = 1, M.CONTACTS do
    for k = 0, 3 do
      local types = { 279, k == 0 and 1 or nil }
      if k == 2 then types[#types + 1] = "Old" end
      all.links[#all.links + 1] = { from = "contacts", fromId = contact, to = "companies",
        toId = 1001 + (contact * 3 + k * 2) % 10, types = types }
    end
  end
  return all
end

--- Plans it.
-- @tparam table hub
-- @tparam integer piece changes that are written and settled at once
-- @treturn table plan
function M.plan(hub, piece)
  local set = tether.links("contacts", "companies")
  for contact = 1, M.CONTACTS do
    for k = 0, 3 do
      local labels = { k == 1 and "Payer" or nil }
      if k == contact % 4 then labels[#labels + 1] = "primary" end
      set:add(contact, 1001 + (contact + k) % 10, #labels > 0 and labels or nil)
    end
  end
  return hub:plan(set, { scope = "from", prune = true, most_removals = 1000, labels = "exactly", primary = true,
    piece = piece })
end

return M
