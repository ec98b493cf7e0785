-- Positions of the switches of webhooks; see switches_spec.
local socket = require "socket"
local given = require "spec.support.portal"
local receivers = require "spec.support.receiver"
local json = require "tether.json"
local switches = require "spec.support.switches"

local portal, ask, ROOT = switches.portal, switches.ask, switches.ROOT

-- What a receiver is told of, one text a delivery: its events.
local function told(events, act, field)
  local receiver <close> = receivers.open()
  portal:subscribe { url = receiver.url, secret = "s", events = events, concurrency = 1 }
  act()
  local seen = {}
  for request in function() return receiver:take(0.3) end do
    receiver:answer(request, 200)
    local list = {}
    for i, event in ipairs(json.decode(request.body)) do list[i] = event[field] end
    table.sort(list)
    seen[#seen + 1] = table.concat(list, " ")
  end
  return seen
end

local function label()
  portal:seed { labels = { { from = "contacts", to = "companies", label = "Boss", id = 42, inverseId = 43 } } }
  ask("PUT", ROOT .. "contacts/101/associations/companies/9001", { given.spec "U42" })
end

local function link_two()
  local inputs = { given.input(101, 9001, 279), given.input(102, 9002, 279) }
  ask("POST", switches.PAIR .. "batch/create", { inputs = inputs })
end

-- Whether a delivery that nobody answers is over after 1.5 seconds.
local function ends()
  local receiver <close> = receivers.open()
  portal:subscribe { url = receiver.url, secret = "s", events = { "contact.associationChange" } }
  link_two()
  local over = socket.gettime() + 1.5
  while #portal:deliveries() == 0 and socket.gettime() < over do socket.sleep(0.02) end
  return #portal:deliveries() > 0
end

return {
  webhook_labels = { function() return told({ "contact.associationChange" }, label, "toObjectId") end,
    off = { "9001" }, on = { "9001 9001" } },
  webhook_born = { function()
    return told({ { type = "contact.propertyChange", property = "city" } }, function()
      ask("POST", ROOT .. "contacts", { properties = { city = "Ulm", firstname = "J" } })
    end, "propertyValue")
  end, on = { "Ulm" }, off = {} },
  webhook_batch = { function() return told({ "contact.associationChange" }, link_two, "toObjectId") end,
    ["1"] = { "9001", "9002" }, ["100"] = { "9001 9002" } },
  webhook_timeout = { ends, ["1"] = true, ["5"] = false },
}
