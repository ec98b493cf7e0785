-- Every operation of the wire has a verb, in every version; each is proved by what the portal saw and how it ended.
local native = require "tether.native"
local tether = require "tether"

local function pairs_of(...)
  return tether.links("contacts", "companies"):add(...)
end

-- operation -> function(hub) that reaches it, and answers something to look at
local verbs = {
  record_create = function(hub) return hub:create("contacts", { email = "new@example.com" }).properties.email end,
  record_get = function(hub) return hub:get("contacts", 1, { properties = { "email" } }).id end,
  record_list = function(hub)
    local count = 0
    for _ in hub:records("contacts") do count = count + 1 end
    return count
  end,
  record_update = function(hub) return hub:update("contacts", 1, { firstname = "J" }).properties.firstname end,
  record_archive = function(hub) return hub:archive("contacts", 9) end,
  record_search = function(hub)
    return hub:search("contacts", { filters = { { "email", "EQ", "c2@example.com" } } })().id
  end,
  records_create = function(hub)
    local made, failures = hub:create("contacts", { { properties = { email = "x@example.com" } },
      { properties = { email = "c1@example.com" } } })
    return ("%s %s %s"):format(made[1].properties.email, #failures, failures[1].error.code)
  end,
  records_read = function(hub)
    local read, failures = hub:get("contacts", { 2, 1, 77 })
    return ("%d %d %s %d"):format(read[1].id, read[2].id, failures[1].error.code, failures[1].row)
  end,
  records_update = function(hub)
    local changed, failures = hub:update("contacts", { { id = 2, properties = { firstname = "Z" } },
      { id = 77, properties = { firstname = "Z" } } })
    return ("%s %d"):format(changed[1].properties.firstname, failures[1].row)
  end,
  records_upsert = function(hub)
    local done = hub:upsert("contacts", "email", { { id = "c1@example.com", properties = { firstname = "U" } },
      { id = "n2@example.com", properties = { firstname = "N" } } })
    return ("%s %s"):format(done[1].new, done[2].new)
  end,
  records_archive = function(hub) return #hub:archive("contacts", { 7, 8 }) end,
  associate_default = function(hub) return hub:associate("contacts", 1, "companies", 501).linked end,
  associate_typed = function(hub) return hub:associate("contacts", 1, "companies", 501, 279).linked end,
  associate_labeled = function(hub) return hub:associate("contacts", 1, "companies", 501, "A").linked end,
  dissociate_typed = function(hub)
    return hub:unlabel("contacts", 3, "companies", 503, 279, { everything = true }).linked
  end,
  associations_list = function(hub) return #hub:associations("contacts", 3, "companies") end,
  dissociate = function(hub) return hub:dissociate("contacts", 3, "companies", 503).linked end,
  batch_create = function(hub) return hub:associate(pairs_of(2, 502, "A")).linked end,
  batch_default = function(hub) return hub:associate_default(pairs_of(2, 502)).linked end,
  batch_read = function(hub) return #hub:associations("contacts", { 1, 2, 3 }, "companies") end,
  batch_labels_archive = function(hub) return hub:unlabel(pairs_of(3, 503, "A")).linked end,
  batch_archive = function(hub) return hub:dissociate(pairs_of(3, 503)).linked end,
  usage_report = function(hub) return hub:usage_report(7).userId end,
  labels_list = function(hub) return #hub.labels:list("contacts", "companies") > 2 end,
  labels_create = function(hub) return hub.labels:create("contacts", "companies", { label = "New" }).label end,
  labels_update = function(hub)
    hub.labels:rename("contacts", "companies", "A", { label = "A2" })
    return hub.types:id("contacts", "companies", "A2") > 0
  end,
  labels_delete = function(hub) return hub.labels:delete("contacts", "companies", "B") end,
  limits_all = function(hub) return #hub.limits:list() end,
  limits_list = function(hub) return hub.limits:list("contacts", "companies")[1].max end,
  limits_create = function(hub) return hub.limits:create("contacts", "companies", { B = 2 }) end,
  limits_update = function(hub)
    hub.limits:set("contacts", "companies", { A = 3 })
    return hub.limits:list("contacts", "companies")[1].max
  end,
  limits_purge = function(hub)
    hub.limits:clear("contacts", "companies", { "A" })
    return #hub.limits:list("contacts", "companies")
  end,
  track_labels = function(hub) return hub.labels:usage("contacts", "companies")[1].usage end,
  track_from = function(hub) return type(hub.limits:usage()) end,
  track_to = function(hub) return type(hub.limits:usage "contacts") end,
  track_records = function(hub) return #hub.limits:account("records").hubspotDefinedObjectTypes > 0 end,
  track_pipelines = function(hub) return #hub.limits:account("pipelines").hubspotDefinedObjectTypes > 0 end,
  track_properties = function(hub) return type(hub.limits:account("properties").byObjectType) end,
  track_objects = function(hub) return hub.limits:account("objects").usage end,
  track_calculated = function(hub) return hub.limits:account("calculated").usage end,
  track_pair = function(hub) return hub.limits:usage("contacts", "companies").totalRecordsAtLimit end,
  schemas_list = function(hub) return hub:schemas()[1].name end,
  schema_get = function(hub) return hub:schema("pets").objectTypeId:match "^2%-" end,
  account = function(hub) return math.type(hub:account().portalId) end,
}

local expected = {
  record_create = "new@example.com", record_get = 1, record_list = 9, record_update = "J", record_archive = true,
  record_search = 2, records_create = "x@example.com 1 CONFLICT", records_read = "2 1 NOT_FOUND 3",
  records_update = "Z 2", records_upsert = "false true", records_archive = 2, associate_default = 1,
  associate_typed = 1, associate_labeled = 1, dissociate_typed = 1, associations_list = 1, dissociate = 1,
  batch_create = 1, batch_default = 1, batch_read = 1, batch_labels_archive = 1, batch_archive = 1, usage_report = 7,
  labels_list = true, labels_create = "New", labels_update = true, labels_delete = true, limits_all = 1,
  limits_list = 5, limits_create = true, limits_update = 3, limits_purge = 0, track_labels = 2, track_from = "table",
  track_to = "table", track_pair = 0, track_records = true, track_pipelines = true, track_properties = "table",
  track_objects = 1, track_calculated = 0, schemas_list = "pets", schema_get = "2-", account = "integer",
}

local function given_portal()
  local portal, contacts = tether.portal(), {}
  for id = 1, 9 do contacts[id] = { id = id, properties = { email = ("c%d@example.com"):format(id) } } end
  portal:seed {
    contacts = contacts,
    companies = { { id = 501 }, { id = 502 }, { id = 503 } },
    labels = { { from = "contacts", to = "companies", label = "A", name = "a" },
      { from = "contacts", to = "companies", label = "B", name = "b", inverseLabel = "B back" } },
  }
  return portal
end

for _, version in ipairs { "v4", "2025-09", "2026-03", "2026-09" } do
  describe("version " .. version, function()
    local portal, hub
    before_each(function()
      portal = given_portal()
      hub = tether.connect { url = portal.url, token = portal.token, version = version }
      hub:associate("contacts", 3, "companies", 503, { 279, "A" })
      hub.limits:set("contacts", "companies", { A = 5 })
      hub:request("POST", version == "v4" and "/crm-object-schemas/v3/schemas" or
        "/crm-object-schemas/" .. version .. "/schemas", { name = "pets",
        labels = { singular = "Pet", plural = "Pets" }, primaryDisplayProperty = "name",
        requiredProperties = { "name" }, associatedObjects = { "CONTACT" },
        properties = { { name = "name", label = "Name", type = "string", fieldType = "text" } } })
      portal:clear_log()
    end)
    after_each(function() hub:close() portal:close() end)

    for _, operation in ipairs(native.operations()) do
      it("reaches " .. operation, function()
        local verb = assert(verbs[operation], "no verb reaches " .. operation)
        assert.equal(expected[operation], verb(hub))
        local path = select(2, native.path(operation, { version = version, f = "F", t = "T", a = "A", b = "B",
          id = "I" })):gsub("%-", "%%-"):gsub("%.", "%%.")
        for _, name in ipairs { "F", "T", "A", "B", "I" } do
          path = path:gsub("/" .. name .. "/", "/[^/]+/"):gsub("/" .. name .. "$", "/[^/]+")
        end
        local seen
        for _, request in ipairs(portal:log()) do
          local bare = request.path:match "^[^?]*"
          local method = native.operation(operation).method
          if bare:match("^" .. path .. "$") and request.method == method then seen = request end
        end
        assert.truthy(seen, ("no request matches %s"):format(path))
        assert.is_true(seen.status < 300)
      end)
    end
  end)
end

it("each operation stands in the guide of scripts with its verb", function()
  local file = assert(io.open "lua/tether/guide/scripts.md")
  local text = file:read "a"
  file:close()
  for _, operation in ipairs(native.operations()) do assert.matches("`" .. operation .. "`", text) end
end)
