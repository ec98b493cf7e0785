-- What no source decides: the client ends in the same state whichever way the account behaves. Every switch of the
-- portal is put in each of its positions, and the same work is done.
local tether = require "tether"

local function given(switches)
  local portal = tether.portal()
  local contacts, companies = {}, {}
  for id = 1, 6 do contacts[id] = { id = id, properties = { email = ("c%d@example.com"):format(id) } } end
  for id = 501, 506 do companies[id - 500] = { id = id, properties = { name = "Company " .. id } } end
  portal:seed { contacts = contacts, companies = companies,
    labels = { { from = "contacts", to = "companies", label = "A", name = "a", inverseLabel = "A back" },
      { from = "contacts", to = "companies", label = "B", name = "b" } } }
  for name, value in pairs(switches) do portal:set(name, value) end
  return portal, portal:connect()
end

-- The work: every verb, with rows that must fail among those that must not.
local function work(hub)
  local said = {}
  local function note(name, outcome)
    said[#said + 1] = ("%s: %d done, %d failed"):format(name, outcome.linked + outcome.unchanged,
      outcome.rejected + outcome.unknown)
  end
  hub.labels:ensure("contacts", "companies", { label = "C", inverse = "C back" })
  hub.limits:set("contacts", "companies", { C = 1 })
  hub.limits:set("contacts", "companies", { C = 2 })
  hub:associate("contacts", 1, "companies", 501)
  hub:associate("contacts", 1, "companies", 502, 279)
  hub:associate("contacts", 1, "companies", 501, { "A", "B" })
  note("associate", hub:associate("contacts", "companies", { { 2, 501, "A" }, { 2, 501, "B" }, { 3, 502 },
    { 99, 501, "A" }, { 3, 999 }, { 4, 504, "C" }, { 4, 505, "C" } }))
  note("beyond the limit", hub:associate("contacts", "companies", { { 4, 506, "C" }, { 3, 506 } }))
  note("again", hub:associate("contacts", "companies", { { 2, 501, "A" }, { 3, 502 } }))
  hub.primary:set("contacts", 1, "companies", 501)
  hub.primary:set("contacts", 1, "companies", 502)
  hub:associate("contacts", 1, "companies", 502, "A")
  hub:associate("contacts", 1, "companies", 503)
  note("relabel", hub:relabel("contacts", "companies", { { 1, 502, "B" }, { 2, 501, { "B", "C" } }, { 5, 503, {} } }))
  hub:unlabel("contacts", 1, "companies", 501, "A")
  note("dissociate", hub:dissociate("contacts", "companies", { { 3, 502 }, { 3, 503 } }))
  hub:dissociate("contacts", 3, "companies", 502)
  hub:archive("contacts", 6)
  hub:archive("contacts", 6)
  hub.labels:ensure("contacts", "companies", "Gone")
  hub.labels:delete("contacts", "companies", "Gone", { force = true })
  for contact = 2, 5 do
    for link in hub:associations("contacts", contact, "companies"):rows() do
      if link.primary then hub.primary:clear("contacts", contact, "companies", link.to) end
    end
  end
  return said
end

local function state(hub)
  local links, back, labels = {}, {}, {}
  for row in hub:associations("contacts", { 1, 2, 3, 4, 5 }, "companies"):rows() do
    table.sort(row.labels)
    local mark = row.primary and "!" or ""
    links[#links + 1] = ("%d-%d %s%s"):format(row.from, row.to, table.concat(row.labels, "+"), mark)
  end
  for row in hub:associations("companies", { 501, 502, 503 }, "contacts"):rows() do
    back[#back + 1] = ("%d-%d"):format(row.from, row.to)
  end
  for _, one in ipairs(hub.labels:list("contacts", "companies")) do
    if one.category == "USER_DEFINED" then labels[#labels + 1] = one.label end
  end
  table.sort(links)
  table.sort(back)
  table.sort(labels)
  return { links = links, back = back, labels = labels, limit = hub.limits:list("contacts", "companies")[1].max }
end

local function end_of(switches)
  local portal, hub = given(switches)
  local said = work(hub)
  local ended = state(hub)
  hub:close()
  portal:close()
  return ended, said
end

-- An account that makes another company primary by itself does so when we take the primary away: its own doing.
local own_doing = { promote_primary = true, first_primary = true }

local function without_marks(ended)
  for i, link in ipairs(ended.links) do ended.links[i] = link:gsub("!", "") end
  return ended
end

describe("the end is the same", function()
  local wanted, wanted_said
  setup(function() wanted, wanted_said = end_of {} end)

  it("and is what was asked for", function()
    assert.same({ "1-501 B", "1-502 B!", "1-503 ", "2-501 B+C", "3-506 ", "4-504 C", "4-505 C", "5-503 " },
      wanted.links)
    assert.same({ "501-1", "501-2", "502-1", "503-1", "503-5" }, wanted.back)
    assert.same({ "A", "B", "C" }, wanted.labels)
    assert.equal(2, wanted.limit)
    assert.same({ "associate: 5 done, 2 failed", "beyond the limit: 1 done, 1 failed", "again: 2 done, 0 failed",
      "relabel: 3 done, 0 failed", "dissociate: 2 done, 0 failed" }, wanted_said)
  end)

  for _, switch in ipairs(require("tether.portal.native").switches()) do
    for choice in (switch.choices or ""):gmatch "[^,]+" do
      it(("with %s=%s"):format(switch.name, choice), function()
        local ended, said = end_of { [switch.name] = choice }
        assert.same(wanted_said, said)
        if own_doing[switch.name] then
          assert.same(without_marks((end_of {})), without_marks(ended))
        else
          assert.same(wanted, ended)
        end
      end)
    end
  end

  for name, values in pairs { page = { 1, 2 }, batch_create_most = { 1, 3 }, batch_read_most = { 1, 2 },
    batch_most = { 1 } } do
    for _, value in ipairs(values) do
      it(("with %s=%d"):format(name, value), function()
        local ended, said = end_of { [name] = value }
        assert.same(wanted_said, said)
        assert.same(wanted, ended)
      end)
    end
  end
end)
