-- Switches that show in labels, limits, rates, delays and sizes: name -> how it shows, and what each position shows.
local switches = require "spec.support.switches"
local given = require "spec.support.portal"

local ask, label, status, portal = switches.ask, switches.label, switches.status, switches.portal
local spec, input, create, slow = given.spec, given.input, switches.create, switches.slow
local ROOT, LINK, DEFAULT, PAIR, CONF = switches.ROOT, switches.LINK, switches.DEFAULT, switches.PAIR, switches.CONF

return {
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
  failed_limits = { function()
    local function limit(id) return { category = "HUBSPOT_DEFINED", typeId = id, maxToObjectIds = 5 } end
    local got, answer = ask("POST", CONF .. "create", { inputs = { limit(279), limit(4) } })
    local _, list = ask("GET", (CONF:gsub("/batch/$", "")))
    return { got, answer.status, #answer.results, answer.numErrors, answer.errors[1].subCategory, #list.results }
  end, canceled = { 207, "CANCELED", 0, 1, "crm.associations.INVALID_ASSOCIATION_TYPE", 0 },
    partial = { 207, "COMPLETE", 1, 1, "crm.associations.INVALID_ASSOCIATION_TYPE", 1 } },
  listed_limits = { function()
    ask("POST", CONF .. "create", { inputs = { { category = "HUBSPOT_DEFINED", typeId = 279, maxToObjectIds = 5 } } })
    local _, list = ask("GET", "/crm/associations/2026-03/definitions/configurations/companies/contacts")
    local one = list.results[1]
    return one and { one.typeId, one.userEnforcedMaxToObjectIds == given.null } or "none"
  end, both = { 280, true }, set = "none" },
  second_label_delete = { function()
    local own, made = label("one", "One", "Eno")
    local function delete(id) return status("DELETE", PAIR .. "labels/" .. math.tointeger(id)) end
    return { delete(own:sub(2)), delete(made[1].typeId), delete(own:sub(2)), delete(7777) }
  end, ["204"] = { 204, 204, 400, 400 }, ["400"] = { 204, 400, 400, 400 } },
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
    ask("POST", ROOT .. "deals", { properties = { dealname = "New", dealstage = "won" } })
    return slow(ROOT .. "deals/search", { query = "New" })
  end, ["0"] = { 1, 1 }, ["10"] = { 0, 1 } },
  search_links = { function()
    ask("PUT", DEFAULT .. "9001")
    local _, answer = ask("POST", ROOT .. "contacts/search", { filterGroups = { { filters = { {
      propertyName = "associations.company", operator = "IN", values = { "9001" } } } } } })
    return answer.total
  end, on = 1, off = 0 },
  required_properties = { function()
    portal:seed { schemas = { { name = "pet", number = 33, requiredProperties = { "name" } } } }
    local function make(kind, properties) return status("POST", ROOT .. kind, { properties = properties }) end
    return { make("contacts", { age = 7 }), make("contacts", { lastname = "Doe" }),
      make("companies", { name = "Acme" }), make("deals", { dealname = "New" }),
      make("deals", { dealname = "New", dealstage = "won" }),
      make("p_pet", { age = 7 }), make("p_pet", { name = "Rex" }), make("notes", { age = 7 }) }
  end, off = { 201, 201, 201, 201, 201, 201, 201, 201 }, on = { 201, 201, 201, 400, 201, 400, 201, 201 },
    contacts = { 400, 201, 201, 400, 201, 400, 201, 201 } },
  warnings = { function()
    local found = {}
    for i, version in ipairs { "2026-03", "2026-09" } do
      local _, made = ask("POST", ("/crm/objects/%s/contacts"):format(version), { properties = { lastname = "Doe" } })
      found[i] = made.warnings and type(made.warnings[1].category) or "none"
    end
    return found
  end, off = { "none", "none" }, on = { "none", "string" } },
  unknown_properties = { function()
    return { status("POST", ROOT .. "contacts", { properties = { firstname = "Jane", age = 7 } }),
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
    local function kind(accept)
      local _, _, headers = ask("GET", "/crm/nothing", nil, { accept = accept })
      return headers["content-type"]:match "^[%a/]+"
    end
    return { kind(nil), kind "application/json" }
  end, html = { "text/html", "text/html" }, json = { "application/json", "application/json" },
    accept = { "text/html", "application/json" } },
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
  equal_limits = { function()
    local own = label("one", "One")
    local function set(category, id, most)
      local got, answer = ask("POST", CONF .. "update", { inputs = { { category = category, typeId = id,
        maxToObjectIds = most } } })
      return got, answer.errors and answer.errors[1].message:match "between (.*)$"
    end
    set("HUBSPOT_DEFINED", 279, 10)
    local equal, range = set("USER_DEFINED", tonumber(own:sub(2)), 10)
    return { equal, range or "none" }
  end, allow = { 200, "none" }, refuse = { 207, "1 and 9" } },
  tracking_delay = { function()
    local own = label("one", "One")
    ask("DELETE", PAIR .. "labels/" .. own:sub(2))
    label("two", "Two")
    local function usage()
      local _, answer = ask("GET", "/crm/limits/2026-03/associations/labels?fromObjectTypeId=0-1")
      return ("%d %s"):format(answer.results[1].usage, table.concat(answer.results[1].allLabels, " "))
    end
    local early = usage()
    portal:advance(41)
    return { early, usage() }
  end, ["0"] = { "1 Two", "1 Two" }, ["40"] = { "2 Two One", "1 Two" } },
  scope_names = { function(position)
    local narrow <close> = given.open { scopes = { "oauth" }, switches = { scope_names = position } }
    local _, answer = given.ask(narrow, "GET", ROOT .. "contacts")
    return answer.errors[1].context
  end, requiredScopes = { requiredScopes = { "crm.objects.contacts.read" } },
    requiredGranularScopes = { requiredGranularScopes = { "crm.objects.contacts.read" } } },
  library = { function() return status("GET", ROOT .. "courses") end, on = 200, off = 400 },
  eu_tokens = { function(position)
    local european <close> = given.open { token = "pat-eu1-x", switches = { eu_tokens = position } }
    local function at(host) return (given.ask(european, "GET", ROOT .. "contacts", nil, { host = host })) end
    return { at "api.hubapi.com", at "api-eu1.hubapi.com" }
  end, accept = { 200, 200 }, refuse = { 401, 200 } },
  tier_figures = { function()
    local seen = {}
    for i, tier in ipairs { "free", "professional", "enterprise_pack" } do
      portal:set("tier", tier)
      local _, _, headers = ask("GET", ROOT .. "contacts/101")
      seen[i] = headers["x-hubspot-ratelimit-max"] .. " " .. headers["x-hubspot-ratelimit-daily"]
    end
    return seen
  end, ["2026"] = { "100 250000", "190 625000", "250 2000000" },
    older = { "100 250000", "150 500000", "200 1000000" } },
  rate_limit_body = { function()
    portal:set("burst", 1)
    ask("GET", ROOT .. "contacts/101")
    local _, answer = ask("GET", ROOT .. "contacts/101")
    return ("%s %s"):format(answer.errorType, answer.category)
  end, errorType = "RATE_LIMIT nil", category = "nil RATE_LIMITS" },
}
