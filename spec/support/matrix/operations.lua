--- The rows of the fault matrix: a verb for each operation of the wire, and for some of them further verbs that lean on
-- it in another way.
--
-- Fields: `operation`; `by` names a further verb; `run` = function(hub, seconds) -> what the verb says, as text or
-- number, and the problems of its rows: { { code =, doubt = }, … }; `verified`: the same verb, reading back for so many
-- seconds; `nth`: which request of the operation is the first to be struck; `class`, `bodyless`, `reads_back` and
-- `ends` are for expect.lua.
local tether = require "tether"

local M = {}

local function pairs_of(...)
  return tether.links("contacts", "companies"):add(...)
end

-- An outcome in words, and its rows that are not done.
local function told(outcome)
  local problems = {}
  for failure in outcome:failures() do
    problems[#problems + 1] = { code = failure.error.code, doubt = failure.state == "unknown" }
  end
  return ("%d done, %d failed"):format(outcome.linked + outcome.unchanged, #problems), problems
end

-- The results of a batch of records by one of their fields, and what failed.
local function listed(results, failures, count, show)
  local words, problems = {}, {}
  for i = 1, count do words[i] = results[i] and tostring(show(results[i])) or "-" end
  for i, failure in ipairs(failures) do
    problems[i] = { code = failure.error.code, doubt = failure.error.in_doubt or false }
  end
  return table.concat(words, " "), problems
end

local function sorted(list, show)
  local words = {}
  for i, item in ipairs(list) do words[i] = tostring(show(item)) end
  table.sort(words)
  return table.concat(words, " ")
end

local function links_of(links)
  local words = {}
  for link in links:rows() do
    words[#words + 1] = ("%d-%d %s"):format(link.from, link.to, table.concat(link.labels, "+"))
  end
  table.sort(words)
  return table.concat(words, ", ")
end

-- Where a path is not there, another route says the same.
local DONE = { once = "done", forever = "done" }
local BY_OTHER_ROUTE = { h4 = DONE, cut = DONE, mal = DONE, h2 = DONE, ["h2+"] = DONE, e2 = DONE, ["e2+"] = DONE }
-- The batches have two addresses: the second is tried once.
local BY_OTHER_ADDRESS = { h4 = { once = "done" } }

M.list = {
  { operation = "record_create", run = function(hub)
    return hub:create("companies", { name = "New" }).properties.name
  end },
  { operation = "record_create", by = "a unique property", class = "settles", run = function(hub)
    return hub:create("contacts", { email = "new@example.com" }).properties.email
  end },
  { operation = "record_get", run = function(hub)
    return hub:get("contacts", 1, { properties = { "email" } }).properties.email
  end },
  { operation = "record_list", run = function(hub)
    local count = 0
    for _ in hub:records("contacts") do count = count + 1 end
    return count
  end },
  { operation = "record_update", run = function(hub)
    return hub:update("contacts", 1, { firstname = "J" }).properties.firstname
  end },
  { operation = "record_archive", bodyless = true,
    run = function(hub) return tostring(hub:archive("contacts", 9)) end },
  { operation = "record_search", run = function(hub)
    return hub:search("contacts", { filters = { { "email", "EQ", "c2@example.com" } } })().id
  end },
  { operation = "records_create", run = function(hub)
    local made, failures = hub:create("companies", { { properties = { name = "N1" } },
      { properties = { name = "N2" } } })
    return listed(made, failures, 2, function(record) return record.properties.name end)
  end },
  { operation = "records_create", by = "a unique property", class = "settles", run = function(hub)
    local made, failures = hub:create("contacts", { { properties = { email = "n1@example.com" } },
      { properties = { email = "n2@example.com" } } })
    return listed(made, failures, 2, function(record) return record.properties.email end)
  end },
  { operation = "records_read", run = function(hub)
    local read, failures = hub:get("contacts", { 2, 1 })
    return listed(read, failures, 2, function(record) return record.id end)
  end },
  { operation = "records_update", run = function(hub)
    local changed, failures = hub:update("contacts", { { id = 2, properties = { firstname = "Z" } },
      { id = 4, properties = { firstname = "Y" } } })
    return listed(changed, failures, 2, function(record) return record.properties.firstname end)
  end },
  { operation = "records_upsert", run = function(hub)
    local done, failures = hub:upsert("contacts", "email", { { id = "c1@example.com",
      properties = { firstname = "U" } }, { id = "n2@example.com", properties = { firstname = "N" } } })
    return listed(done, failures, 2, function(record) return record.properties.firstname end)
  end },
  { operation = "records_archive", bodyless = true, run = function(hub)
    local gone, failures = hub:archive("contacts", { 7, 8 })
    return listed(gone, failures, 2, tostring)
  end },
  { operation = "associate_default",
    run = function(hub) return told(hub:associate("contacts", 1, "companies", 501)) end },
  { operation = "associate_labeled", ends = BY_OTHER_ROUTE,
    run = function(hub) return told(hub:associate("contacts", 1, "companies", 501, { 279, "A" })) end,
    verified = function(hub, seconds)
      return told(hub:associate("contacts", 1, "companies", 501, { 279, "A" }, { verify = seconds }))
    end },
  { operation = "associate_labeled", by = "relink", ends = BY_OTHER_ROUTE,
    run = function(hub) return told(hub:associate("contacts", 3, "companies", 503, "B")) end },
  { operation = "associate_typed", ends = BY_OTHER_ROUTE,
    run = function(hub) return told(hub:associate("contacts", 1, "companies", 501, 279)) end },
  { operation = "dissociate_typed", ends = BY_OTHER_ROUTE, bodyless = true, run = function(hub)
    return told(hub:unlabel("contacts", 3, "companies", 503, 279, { everything = true }))
  end },
  { operation = "associations_list",
    run = function(hub) return links_of(hub:associations("contacts", 3, "companies")) end },
  { operation = "dissociate", bodyless = true,
    run = function(hub) return told(hub:dissociate("contacts", 3, "companies", 503)) end },
  { operation = "batch_create", ends = BY_OTHER_ADDRESS,
    run = function(hub) return told(hub:associate(pairs_of(2, 502, "A"):add(3, 503, "B"):add(4, 501))) end,
    verified = function(hub, seconds)
      return told(hub:associate(pairs_of(2, 502, "A"):add(3, 503, "B"):add(4, 501), { verify = seconds }))
    end },
  { operation = "batch_create", by = "relabel", ends = BY_OTHER_ADDRESS,
    run = function(hub) return told(hub:relabel(pairs_of(2, 502, "A"):add(3, 503, "B"))) end,
    verified = function(hub, seconds)
      return told(hub:relabel(pairs_of(2, 502, "A"):add(3, 503, "B"), { verify = seconds }))
    end },
  { operation = "batch_create", by = "primary", ends = BY_OTHER_ADDRESS, class = "settles", reads_back = true,
    run = function(hub, seconds) return told(hub.primary:set(pairs_of(6, 501), { verify = seconds })) end },
  { operation = "batch_default", ends = BY_OTHER_ADDRESS,
    run = function(hub) return told(hub:associate_default(pairs_of(2, 502):add(4, 501))) end,
    verified = function(hub, seconds)
      return told(hub:associate_default(pairs_of(2, 502):add(4, 501), { verify = seconds }))
    end },
  { operation = "batch_read", ends = BY_OTHER_ADDRESS,
    run = function(hub) return links_of(hub:associations("contacts", { 1, 2, 3 }, "companies")) end },
  { operation = "batch_read", by = "associate", ends = BY_OTHER_ADDRESS,
    run = function(hub) return told(hub:associate(pairs_of(3, 503, "B"))) end },
  { operation = "batch_read", by = "verify", class = "reads back",
    run = function(hub, seconds)
      return told(hub:associate(pairs_of(3, 503, { 279, "A", "B" }), { read = false, verify = seconds }))
    end },
  { operation = "batch_read", by = "primary", class = "reads back", nth = 3,
    run = function(hub, seconds) return told(hub.primary:set(pairs_of(6, 501), { verify = seconds })) end },
  { operation = "batch_labels_archive", ends = BY_OTHER_ADDRESS,
    run = function(hub) return told(hub:unlabel(pairs_of(3, 503, "A"):add(5, 502, "A"))) end },
  { operation = "batch_labels_archive", by = "relabel", ends = BY_OTHER_ADDRESS,
    run = function(hub) return told(hub:relabel("contacts", "companies", { { 3, 503, {} } })) end },
  { operation = "batch_archive", ends = BY_OTHER_ADDRESS,
    run = function(hub) return told(hub:dissociate(pairs_of(3, 503):add(5, 502))) end,
    verified = function(hub, seconds)
      return told(hub:dissociate(pairs_of(3, 503):add(5, 502), { verify = seconds }))
    end },
  { operation = "usage_report", run = function(hub) return hub:usage_report(7).userId end },
  { operation = "labels_list", run = function(hub)
    return sorted(hub.labels:list("contacts", "companies"), function(label) return label.label end)
  end },
  -- The list tells whether a label has been made.
  { operation = "labels_create", class = "settles", ends = { sra = { forever = "doubt" } }, run = function(hub)
    return hub.labels:create("contacts", "companies", { label = "New", inverse = "New back" }).label
  end },
  { operation = "labels_update", bodyless = true, run = function(hub)
    hub.labels:rename("contacts", "companies", "A", { label = "A2" })
    return "renamed"
  end },
  -- What is gone from the list has been deleted, whatever became of the answer.
  { operation = "labels_delete", bodyless = true, class = "settles", run = function(hub)
    return tostring(hub.labels:delete("contacts", "companies", "C"))
  end },
  { operation = "limits_all",
    run = function(hub) return sorted(hub.limits:list(), function(limit) return limit.max end) end },
  { operation = "limits_list", run = function(hub)
    return sorted(hub.limits:list("contacts", "companies"), function(limit) return limit.max end)
  end },
  { operation = "limits_create", run = function(hub)
    return tostring(hub.limits:create("contacts", "companies", { B = 2 }))
  end },
  { operation = "limits_update", run = function(hub)
    return tostring(hub.limits:set("contacts", "companies", { A = 3 }))
  end },
  { operation = "limits_purge", run = function(hub)
    hub.limits:clear("contacts", "companies", { "A" })
    return "cleared"
  end },
  { operation = "track_labels", run = function(hub)
    return sorted(hub.labels:usage("contacts", "companies"), function(side) return side.usage end)
  end },
  { operation = "track_from", run = function(hub)
    return sorted(hub.limits:usage(), function(pair) return pair.objectTypeId end)
  end },
  { operation = "track_to", run = function(hub)
    return sorted(hub.limits:usage "contacts", function(pair) return pair.objectTypeId end)
  end },
  { operation = "track_pair",
    run = function(hub) return hub.limits:usage("contacts", "companies").totalRecordsAtLimit end },
  { operation = "track_records", run = function(hub) return type(hub.limits:account "records") end },
  { operation = "track_pipelines", run = function(hub) return type(hub.limits:account "pipelines") end },
  { operation = "track_properties", run = function(hub) return type(hub.limits:account "properties") end },
  { operation = "track_objects", run = function(hub) return type(hub.limits:account "objects") end },
  { operation = "track_calculated", run = function(hub) return type(hub.limits:account "calculated") end },
  { operation = "schemas_list", run = function(hub)
    return sorted(hub:schemas(), function(schema) return schema.name end)
  end },
  { operation = "schema_get", run = function(hub) return hub:schema("p_pets").objectTypeId end },
  { operation = "account", run = function(hub) return math.type(hub:account().portalId) end },
}

--- What every cell begins with.
function M.seed()
  local contacts = {}
  for id = 1, 9 do contacts[id] = { id = id, properties = { email = ("c%d@example.com"):format(id) } } end
  return {
    schemas = { { name = "pets", number = 33, labels = { singular = "Pet", plural = "Pets" } } },
    contacts = contacts,
    companies = { { id = 501 }, { id = 502 }, { id = 503 } },
    labels = { { from = "contacts", to = "companies", label = "A", name = "a", id = 21, inverseId = 22 },
      { from = "contacts", to = "companies", label = "B", name = "b", inverseLabel = "B back", id = 23,
        inverseId = 24 },
      { from = "contacts", to = "companies", label = "C", name = "c", id = 25, inverseId = 26 } },
    limits = { { from = "contacts", to = "companies", type = "A", most = 5 } },
    links = { { from = "contacts", fromId = 3, to = "companies", toId = 503, types = { 279, "A" } },
      { from = "contacts", fromId = 5, to = "companies", toId = 502, types = { 279, "A" } },
      { from = "contacts", fromId = 6, to = "companies", toId = 502, types = { 279, 1 } } },
  }
end

return M
