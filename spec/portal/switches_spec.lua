local given = require "spec.support.portal"
local portals = require "tether.portal"

-- Every switch in every position: name -> how it shows, and what is seen in each position.
local portal
local function ask(...) return given.ask(portal, ...) end
local spec, input = given.spec, given.input

local ROOT = "/crm/objects/2026-03/"
local LINK = ROOT .. "contacts/101/associations/companies/9001"
local DEFAULT = ROOT .. "contacts/101/associations/default/companies/"
local PAIR = "/crm/associations/2026-03/contacts/companies/"
local CONF = "/crm/associations/2026-03/definitions/configurations/contacts/companies/batch/"
local NOTHING = given.json.decode "{}"

local function label(name, text, inverse)
  local _, made = ask("POST", PAIR .. "labels", { name = name, label = text, inverseLabel = inverse })
  return "U" .. math.tointeger(made.results[2].typeId), made.results
end

local function links(from, id, to) return given.links(portal, from or "contacts", id or 101, to or "companies") end

local function create(...) return ask("POST", PAIR .. "batch/create", { inputs = { ... } }) end

local function status(...) return (ask(...)) end

local function slow(path, body) -- the answers before and after ten seconds have gone by
  local function count()
    local _, answer = ask(body and "POST" or "GET", path, body)
    local results = answer.results or answer.associations
    return results[1] and results[1].to and #results[1].to or #results
  end
  local early = count()
  portal:advance(11)
  return { early, count() }
end

local seen = {
  labels = { function()
    ask("PUT", LINK, { spec(label("one", "One")) })
    ask("PUT", LINK, { spec(label("two", "Two")) })
    return links()[9001]
  end, replace = "279 U3", append = "279 U1 U3" },
  replace_primary = { function()
    ask("PUT", LINK, { spec(1) })
    ask("PUT", LINK, { spec(label("one", "One")) })
    return links()[9001]
  end, keep = "1 279 U1", drop = "279 U1" },
  second_primary = { function()
    ask("PUT", LINK, { spec(1) })
    local second = status("PUT", LINK:gsub("9001", "9002"), { spec(1) })
    return { second, links()[9001], links()[9002] or "none" }
  end, move = { 201, "279", "1 279" }, keep = { 201, "1 279", "1 279" }, refuse = { 400, "1 279", "none" } },
  first_primary = { function()
    ask("PUT", ROOT .. "companies/9001/associations/default/contacts/101")
    ask("PUT", DEFAULT .. "9002")
    return { links()[9001], links()[9002] }
  end, off = { "279", "279" }, on = { "1 279", "279" } },
  promote_primary = { function()
    ask("PUT", LINK, { spec(1) })
    ask("PUT", DEFAULT .. "9002")
    ask("DELETE", LINK)
    return links()[9002]
  end, off = "279", on = "1 279" },
  typed_route = { function() return status("PUT", LINK .. "/279") end,
    ["200"] = 200, ["201"] = 201, ["204"] = 204, ["404"] = 404, ["405"] = 405 },
  path_types = { function()
    portal:seed { labels = { { from = "contacts", to = "companies", label = "One", id = 279 } } }
    ask("PUT", LINK .. "/279")
    return links()[9001]
  end, hubspot = "279", own = "279 U279" },
  overview_route = { function()
    return status("POST", ROOT .. "associations/contacts/companies/batch/create",
      { inputs = { input(101, 9001, 279) } })
  end, on = 201, ["400"] = 400, ["404"] = 404 },
  all_failed = { function() return (create(input(777, 9001, 279))) end, ["207"] = 207, ["400"] = 400 },
  unknown_type = { function()
    return { create(input(101, 9001, 279), input(102, 9001, 5)), links()[9001] or "none" }
  end, ["400"] = { 400, "none" }, ["207"] = { 207, "279" } },
  partial_2026_09 = { function()
    return status("POST", "/crm/associations/2026-09/contacts/companies/batch/create",
      { inputs = { input(101, 9001, 279), input(777, 9001, 279) } })
  end, ["200"] = 200, ["207"] = 207 },
  error_context = { function()
    local _, answer = create(input(777, 9001, 279))
    return answer.errors[1].context and answer.errors[1].context.fromObjectId[1] or "none"
  end, ids = "777", none = "none" },
  results_order = { function()
    local _, answer = create(input(101, 9001, 279), input(102, 9001, 279), input(103, 9001, 279))
    return { answer.results[1].fromObjectId, answer.results[2].fromObjectId, answer.results[3].fromObjectId }
  end, inputs = { 101, 102, 103 }, reversed = { 103, 102, 101 } },
  duplicates = { function()
    local _, answer = create(input(101, 9001, 279), input(102, 9001, 279), input(101, 9001, 279))
    return #answer.results
  end, each = 3, once = 2 },
  no_links = { function()
    local got, answer = ask("POST", PAIR .. "batch/read", { inputs = { { id = "101" } } })
    return { got, #answer.results }
  end, ["207"] = { 207, 0 }, empty = { 200, 1 } },
  missing_record = { function() return status("PUT", DEFAULT .. "777") end, ["400"] = 400, ["404"] = 404 },
  missing_list = { function() return status("GET", ROOT .. "contacts/777/associations/companies") end,
    ["404"] = 404, empty = 200 },
  unlinked = { function() return { status("DELETE", LINK), status("DELETE", LINK .. "/279") } end,
    ["204"] = { 204, 204 }, ["404"] = { 404, 404 } },
  second_delete = { function()
    return { status("DELETE", ROOT .. "contacts/101"), status("DELETE", ROOT .. "contacts/101") }
  end, ["204"] = { 204, 204 }, ["404"] = { 204, 404 } },
  self_link = { function() return status("PUT", ROOT .. "contacts/101/associations/default/contacts/101") end,
    ["400"] = 400, allow = 200 },
  archived_links = { function()
    ask("PUT", DEFAULT .. "9001")
    ask("DELETE", ROOT .. "companies/9001")
    return links()[9001] or "none"
  end, hide = "none", show = "279" },
  empty_types = { function()
    return status("POST", PAIR .. "batch/create", '{"inputs":[{"from":{"id":101},"to":{"id":9001},"types":[]}]}')
  end, ["400"] = 400, accept = 201 },
  limit_error = { function()
    portal:set("technical_limit", 1)
    ask("PUT", DEFAULT .. "9001")
    local _, answer = ask("PUT", DEFAULT .. "9002")
    return answer.category
  end, VALIDATION_ERROR = "VALIDATION_ERROR", ASSOCIATIONS_LIMIT_EXCEEDED = "ASSOCIATIONS_LIMIT_EXCEEDED" },
  existing_limit = { function()
    local body = { inputs = { { category = "HUBSPOT_DEFINED", typeId = 279, maxToObjectIds = 5 } } }
    return { status("POST", CONF .. "create", body), status("POST", CONF .. "create", body) }
  end, overwrite = { 201, 201 }, refuse = { 201, 207 } },
  label_in_use = { function()
    local one = label("one", "One")
    ask("PUT", LINK, { spec(one) })
    return status("DELETE", PAIR .. "labels/" .. one:sub(2))
  end, delete = 204, refuse = 400 },
  label_order = { function()
    local _, results = label("one", "One", "Eno")
    return results[1].label
  end, inverse = "Eno", forward = "One" },
  label_types = { function()
    local _, list = ask("GET", PAIR .. "labels")
    return tostring(list.results[1].fromObjectTypeId)
  end, absent = "nil", ids = "0-1", null = tostring(given.null) },
  built_in_labels = { function()
    local _, list = ask("GET", PAIR .. "labels")
    return #list.results
  end, hide = 2, show = 3 },
  label_delay = { function()
    label("one", "One")
    return slow(PAIR .. "labels")
  end, ["0"] = { 3, 3 }, ["10"] = { 2, 3 } },
  name_delay = { function()
    label("one", "One")
    local function names()
      local _, schema = ask("GET", "/crm-object-schemas/2026-03/schemas/contacts")
      for _, one in ipairs(schema.associations) do if one.name == "one" then return true end end
      return false
    end
    local early = names()
    portal:advance(11)
    return { early, names() }
  end, ["0"] = { true, true }, ["10"] = { false, true } },
  stale_reads = { function()
    ask("PUT", DEFAULT .. "9001")
    local made = slow(ROOT .. "contacts/101/associations/companies")
    ask("DELETE", LINK)
    local gone = slow(ROOT .. "contacts/101/associations/companies")
    return { made[1], made[2], gone[1], gone[2] }
  end, ["0"] = { 1, 1, 0, 0 }, ["10"] = { 0, 1, 1, 0 } },
  search_delay = { function()
    ask("POST", ROOT .. "deals", { properties = { dealname = "New" } })
    return slow(ROOT .. "deals/search", { query = "New" })
  end, ["0"] = { 1, 1 }, ["10"] = { 0, 1 } },
  search_links = { function()
    ask("PUT", DEFAULT .. "9001")
    local _, answer = ask("POST", ROOT .. "contacts/search", { filterGroups = { { filters = { {
      propertyName = "associations.company", operator = "IN", values = { "9001" } } } } } })
    return answer.total
  end, on = 1, off = 0 },
  required_properties = { function()
    return { status("POST", ROOT .. "contacts", { properties = { age = 7 } }),
      status("POST", ROOT .. "companies", { properties = { name = "Acme" } }) }
  end, off = { 201, 201 }, on = { 400, 201 } },
  unknown_properties = { function()
    return { status("POST", ROOT .. "contacts", { properties = { age = 7 } }),
      status("POST", ROOT .. "contacts", { properties = { firstname = "Jane" } }) }
  end, accept = { 201, 201 }, refuse = { 400, 201 } },
  to_ids = { function()
    local _, answer = create(input(101, 9001, 279))
    local _, list = ask("GET", ROOT .. "contacts/101/associations/companies")
    return { type(answer.results[1].toObjectId), type(list.results[1].toObjectId) }
  end, number = { "number", "number" }, string = { "string", "string" } },
  page = { function()
    create(input(101, 9001, 279), input(101, 9002, 279), input(101, 9003, 279))
    local _, list = ask("GET", ROOT .. "contacts/101/associations/companies?limit=500")
    local _, read = ask("POST", PAIR .. "batch/read", { inputs = { { id = "101" } } })
    return { #list.results, #read.results[1].to, read.results[1].paging ~= nil }
  end, ["500"] = { 3, 3, false }, ["2"] = { 2, 2, true } },
  over_page = { function()
    return { status("GET", ROOT .. "contacts/101/associations/companies?limit=501"),
      status("GET", ROOT .. "contacts/101/associations/companies?limit=0") }
  end, ["400"] = { 400, 400 }, clamp = { 200, 200 } },
  unknown_route = { function()
    local _, _, headers = ask("GET", "/crm/nothing")
    return headers["content-type"]:match "^[%a/]+"
  end, html = "text/html", json = "application/json" },
  batch_create_most = { function() return (create(input(101, 9001, 279), input(101, 9002, 279))) end,
    ["2000"] = 201, ["1"] = 400 },
  batch_read_most = { function()
    return status("POST", PAIR .. "batch/read", { inputs = { { id = "101" }, { id = "102" } } })
  end, ["1000"] = 207, ["1"] = 400 },
  batch_most = { function()
    return status("POST", ROOT .. "contacts/batch/read", { inputs = { { id = "101" }, { id = "102" } } })
  end, ["100"] = 200, ["1"] = 400 },
  label_cap = { function()
    label("one", "One")
    return status("POST", PAIR .. "labels", { name = "two", label = "Two" })
  end, ["50"] = 200, ["1"] = 437 },
  technical_limit = { function() return { status("PUT", DEFAULT .. "9001"), status("PUT", DEFAULT .. "9002") } end,
    ["50000"] = { 200, 200 }, ["1"] = { 200, 400 } },
  tier = { function()
    local _, _, headers = ask("GET", ROOT .. "contacts/101")
    return headers["x-hubspot-ratelimit-max"] or "none"
  end, none = "none", free = "100", free_pack = "250", professional = "190", professional_pack = "250",
    enterprise = "190", enterprise_pack = "250", oauth = "110" },
  burst = { function() return { status("GET", ROOT .. "contacts/101"), status("GET", ROOT .. "contacts/101") } end,
    ["0"] = { 200, 200 }, ["1"] = { 200, 429 } },
  daily = { function() return { status("GET", ROOT .. "contacts/101"), status("GET", ROOT .. "contacts/101") } end,
    ["0"] = { 200, 200 }, ["1"] = { 200, 429 } },
  exemptions = { function()
    portal:set("burst", 1)
    return { (create(input(101, 9001, 279))), (create(input(101, 9001, 279))) }
  end, on = { 201, 201 }, off = { 201, 429 } },
  retry_after = { function()
    portal:set("burst", 1)
    ask("GET", ROOT .. "contacts/101")
    local _, _, headers = ask("GET", ROOT .. "contacts/101")
    return headers["retry-after"] or "none"
  end, off = "none", on = "10" },
  utc_offset = { function()
    local _, details = ask("GET", "/account-info/2026-03/details")
    return details.utcOffset
  end, ["0"] = "+00:00", ["-300"] = "-05:00", ["90"] = "+01:30" },
}

describe("the portal's switch", function()
  before_each(function() portal = given.open() end)
  after_each(function() portal:close() end)

  for name, positions in pairs(seen) do
    for position, expected in pairs(positions) do
      if position ~= 1 then
        it(("%s=%s"):format(name, position), function()
          portal:set(name, position)
          assert.same(expected, positions[1]())
        end)
      end
    end
  end

  it("table is covered here, in every position and with the default", function()
    for _, row in ipairs(portals.switches()) do
      local positions = assert(seen[row.name], row.name .. " has no spec")
      local default = tostring(row.default)
      if row.choices and row.choices ~= "" then
        default = row.choices:match "^[^,]+"
        for choice in row.choices:gmatch "[^,]+" do assert(positions[choice] ~= nil, row.name .. "=" .. choice) end
      end
      assert(positions[default] ~= nil, row.name .. "=" .. default)
    end
  end)

  it("is refused by a name or a value that there is not", function()
    local function code(...) return select(2, pcall(portal.set, portal, ...)).code end
    assert.equal("OPTION_UNKNOWN", code("lables", "append"))
    assert.equal("BAD_ARGUMENT", code("labels", "sometimes"))
    assert.equal("BAD_ARGUMENT", code("page", "-1"))
    assert.same({ 200 }, { (ask("POST", ROOT .. "contacts/search", NOTHING)) })
  end)
end)
