-- Switches that show in reads and writes of links and records: name -> how it shows, and what is seen in each position.
local switches = require "spec.support.switches"
local given = require "spec.support.portal"

local ask, links, label, status, portal = switches.ask, switches.links, switches.label, switches.status, switches.portal
local spec, input, create = given.spec, given.input, switches.create
local ROOT, LINK, DEFAULT, PAIR, CONF = switches.ROOT, switches.LINK, switches.DEFAULT, switches.PAIR, switches.CONF

return {
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
  version_2026_09 = { function()
    local function at(path, body) return status("POST", path:gsub("2026%-03", "2026-09"), body) end
    local limit = { category = "HUBSPOT_DEFINED", typeId = 279, maxToObjectIds = 5 }
    return { at(PAIR .. "batch/create", { inputs = { input(101, 9001, 279) } }),
      at(PAIR .. "batch/create", { inputs = { input(101, 9001, 279), input(777, 9001, 279) } }),
      at(CONF .. "create", { inputs = { limit } }), at(CONF .. "purge", { inputs = { limit } }) }
  end, newer = { 201, 207, 201, 200 }, former = { 200, 200, 200, 204 } },
  undocumented_routes = { function()
    local typed = "/crm/v4/objects/contacts/101/associations/companies/9001/279"
    return { status("PUT", typed), status("DELETE", typed), status("POST",
      "/crm/associations/v4/contacts/companies/batch/create", { inputs = { input(101, 9001, 279) } }) }
  end, off = { 404, 404, 404 }, on = { 200, 204, 201 } },
  error_context = { function()
    local _, answer = create(input(777, 9001, 279))
    local context = answer.errors[1].context or {}
    return { answer.errors[1].subCategory or "none", (context.fromObjectId or context.id or { "none" })[1] }
  end, sides = { "crm.associations.FROM_OBJECT_NOT_FOUND", "777" }, ids = { "none", "777" },
    none = { "none", "none" } },
  v3_create = { function()
    return status("POST", "/crm/v3/associations/contacts/companies/batch/create",
      { inputs = { { from = { id = "101" }, to = { id = "9001" }, type = "contact_to_company" } } })
  end, ["200"] = 200, ["201"] = 201 },
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
    local own = label("one", "One")
    ask("PUT", LINK, { spec(own) })
    local batch = '{"inputs":[{"from":{"id":101},"to":{"id":%d},"types":[]}]}'
    local record = '{"properties":{"email":"j@example.com"},"associations":[{"to":{"id":9001},"types":[]}]}'
    local seen = { status("POST", PAIR .. "batch/create", batch:format(9001)),
      status("POST", PAIR .. "batch/create", batch:format(9002)), status("PUT", LINK, "[]"),
      status("POST", PAIR .. "batch/labels/archive", batch:format(9001)), status("POST", ROOT .. "contacts", record) }
    local found = links()
    return { seen, found[9001], found[9002] or "none" }
  end, accept = { { 201, 201, 201, 200, 201 }, "279 U1", "none" },
    ["400"] = { { 400, 400, 400, 400, 400 }, "279 U1", "none" } },
  reads_2026_09 = { function()
    return { status("POST", "/crm/associations/2026-09/contacts/companies/batch/read", { inputs = { { id = "101" } } }),
      status("POST", "/crm/objects/2026-09/contacts/batch/read", { inputs = { { id = "777" } } }) }
  end, ["207"] = { 207, 207 }, ["200"] = { 200, 200 } },
  untraced_create = { function()
    local same = { properties = { email = "x@example.com" } }
    return status("POST", ROOT .. "contacts/batch/create", { inputs = { same, same } })
  end, own = 409, ["400"] = 400 },
  merge_id = { function()
    local _, merged = ask("POST", ROOT .. "contacts/merge", { primaryObjectId = "101", objectIdToMerge = "102" })
    return { merged.id == "101", links()[9001] or "none" }
  end, new = { false, "none" }, primary = { true, "none" } },
  empty_inputs = { function()
    return { status("POST", PAIR .. "batch/create", '{"inputs":[]}'),
      status("POST", PAIR .. "batch/read", '{"inputs":[]}') }
  end, ["200"] = { 200, 200 }, ["400"] = { 400, 400 } },
}
