-- Every operation that the portal has, in every version that has it: its status and the shape of its answer.
local given = require "spec.support.portal"
local portals = require "tether.portal"

local portal

local prefixes = { objects = { "/crm/%s/objects/", "/crm/objects/%s/" },
  associations = { "/crm/%s/associations/", "/crm/associations/%s/" },
  limits = { "/crm/%s/limits/", "/crm/limits/%s/" },
  schemas = { "/crm-object-schemas/%s/schemas", "/crm-object-schemas/%s/schemas" },
  properties = { "/crm/%s/properties/", "/crm/properties/%s/" },
  pipelines = { "/crm/%s/pipelines/", "/crm/pipelines/%s/" },
  owners = { "/crm/%s/owners", "/crm/owners/%s" }, v1 = { "/crm-associations/%s/associations" },
  webhooks = { "/webhooks/%s/", "/webhooks/%s/" }, ["webhooks-2026-09"] = { "/app-webhooks/%s/", "/app-webhooks/%s/" },
  account = { "/account-info/%s/", "/account-info/%s/" }, oauth = { "/oauth/%s/", "/oauth/%s/" } }

local function address(version, path)
  local family, rest = path:match "^(%w+):(.*)$"
  local places = prefixes[family .. "-" .. version] or prefixes[family]
  return (places[version:match "^v%d" and 1 or 2]):format(version) .. rest
end

local spec, input = given.spec, given.input
local form = { ["content-type"] = "application/x-www-form-urlencoded", authorization = false }
local open = { authorization = false }

-- What an answer has at a path, as a type or a value: { ["results.1.id"] = "string" }.
local function check(answer, shape)
  for path, expected in pairs(shape) do
    local value = answer
    for part in path:gmatch "[^.]+" do
      if type(value) ~= "table" then value = {} end
      value = value[math.tointeger(tonumber(part)) or part]
    end
    local kinds = { string = true, number = true, table = true, boolean = true, ["nil"] = true }
    if value == given.null then value = "null" end
    assert.equal(expected, kinds[expected] and type(value) or value, path)
  end
end

local record = { id = "string", properties = "table", createdAt = "string", updatedAt = "string", archived = "boolean" }
local function batch_of(shape)
  local whole = { status = "COMPLETE", results = "table", startedAt = "string", completedAt = "string" }
  for path, kind in pairs(shape or {}) do whole["results.1." .. path] = kind end
  return whole
end
local function list_of(shape)
  local whole = { results = "table" }
  for path, kind in pairs(shape) do whole["results.1." .. path] = kind end
  return whole
end
local pair = { fromObjectTypeId = "0-1", fromObjectId = 101, toObjectTypeId = "0-2", toObjectId = 9001,
  labels = "table" }
local default = { ["from.id"] = "9001", ["to.id"] = "101", ["associationSpec.associationCategory"] = "HUBSPOT_DEFINED",
  ["associationSpec.associationTypeId"] = 280 }
local schema = { id = "string", objectTypeId = "string", fullyQualifiedName = "string", name = "string",
  ["labels.singular"] = "string", ["labels.plural"] = "string", requiredProperties = "table",
  searchableProperties = "table", secondaryDisplayProperties = "table", properties = "table", associations = "table",
  archived = "boolean", allowsSensitiveProperties = "boolean" }
local limit = { category = "HUBSPOT_DEFINED", typeId = 279, userEnforcedMaxToObjectIds = "number" }
local tracked = { objectTypeId = "string", singularLabel = "string", pluralLabel = "string",
  hasRecordsAtLimit = "boolean", hasRecordsNearLimit = "boolean" }

local property = { name = "string", label = "string", type = "string", fieldType = "string", groupName = "string",
  options = "table", description = "string", hasUniqueValue = "boolean", hidden = "boolean", displayOrder = "number" }
local new_property = { name = "chip", label = "Chip", type = "string", fieldType = "text",
  groupName = "contactinformation" }
local group = { name = "string", label = "string", displayOrder = "number", archived = "boolean" }
local stage = { id = "string", label = "string", displayOrder = "number", metadata = "table", archived = "boolean" }
local pipeline = { id = "string", label = "string", displayOrder = "number", stages = "table", archived = "boolean",
  ["stages.1.id"] = "string", ["stages.1.label"] = "string" }
local new_stage = { label = "New", displayOrder = 0, metadata = { probability = "0.5" } }
local new_pipeline = { label = "Renewals", displayOrder = 1, stages = { new_stage } }
local share = { limit = "number", usage = "number", percentage = "number" }
local shares = { hubspotDefinedObjectTypes = "table", ["customObjectTypes.byObjectType"] = "table",
  ["customObjectTypes.overallUsage"] = "number", ["hubspotDefinedObjectTypes.1.objectTypeId"] = "string",
  ["hubspotDefinedObjectTypes.1.usage"] = "number" }
local owner = { id = "string", email = "string", userId = "number", teams = "table", archived = "boolean" }
local v1 = { fromObjectId = 101, toObjectId = 9001, category = "HUBSPOT_DEFINED", definitionId = 1 }

local one = { inputs = { input(101, 9001, 279) } }
local ends = { inputs = { { from = { id = "101" }, to = { id = "9001" } } } }
local many = { inputs = { { from = { id = "101" }, to = { { id = "9001" } } } } }
local v3 = { inputs = { { from = { id = "101" }, to = { id = "9001" }, type = "contact_to_company_unlabeled" } } }
local limited = { inputs = { { category = "HUBSPOT_DEFINED", typeId = 279, maxToObjectIds = 5 } } }
local CONF = "associations:definitions/configurations/contacts/companies"
local LINK = "objects:contacts/101/associations/companies/9001"

local function linked() assert(given.ask(portal, "PUT", address("2026-03", LINK), { spec(279) }) == 201) end
local function labeled()
  portal:seed { labels = { { from = "contacts", to = "companies", label = "Boss", inverseLabel = "Staff", id = 42,
    inverseId = 43 } } }
end
local function pets()
  portal:seed { schemas = { { name = "pet", number = 33, labels = { singular = "Pet", plural = "Pets" } } } }
end
local function hooked()
  portal:subscribe { url = "http://127.0.0.1:9/", secret = "s", app = 7, events = { "contact.creation" } }
end
local hook_settings = { targetUrl = "string", ["throttling.maxConcurrentRequests"] = 10, createdAt = "string",
  updatedAt = "string" }
local subscription = { id = "string", eventType = "string", active = "boolean", createdAt = "string",
  updatedAt = "string" }
local function token()
  local _, made = given.ask(portal, "POST", "/oauth/v1/token", "grant_type=refresh_token&refresh_token=again", form)
  return made.access_token
end

-- operation -> { path or a function that makes it, body, status or { version -> status, [1] = otherwise }, shape,
-- before, headers }
local operations = {
  properties_list = { "properties:contacts", nil, 200, list_of(property) },
  property_get = { "properties:contacts/email", nil, 200, property },
  property_create = { "properties:contacts", new_property, 201, property },
  property_update = { "properties:contacts/email", { label = "Mail" }, 200, property },
  property_archive = { "properties:contacts/chip", nil, 204 },
  properties_create = { "properties:contacts/batch/create", { inputs = { new_property } }, 201, batch_of(property) },
  properties_read = { "properties:contacts/batch/read", { inputs = { { name = "email" } } }, 200, batch_of(property) },
  properties_archive = { "properties:contacts/batch/archive", { inputs = { { name = "chip" } } }, 204 },
  groups_list = { "properties:contacts/groups", nil, 200, list_of(group) },
  group_get = { "properties:contacts/groups/contactinformation", nil, 200, group },
  group_create = { "properties:contacts/groups", { name = "pets", label = "Pets" }, 201, group },
  group_update = { "properties:contacts/groups/contactinformation", { label = "About" }, 200, group },
  group_archive = { "properties:contacts/groups/pets", nil, 204 },
  pipelines_list = { "pipelines:deals", nil, 200, list_of(pipeline) },
  pipeline_get = { "pipelines:deals/default", nil, 200, pipeline },
  pipeline_create = { "pipelines:deals", new_pipeline, 201, pipeline },
  pipeline_replace = { "pipelines:deals/default", new_pipeline, 200, pipeline },
  pipeline_update = { "pipelines:deals/default", { label = "Sales" }, 200, pipeline },
  pipeline_archive = { "pipelines:deals/default", nil, 204 },
  pipeline_audit = { "pipelines:deals/default/audit", nil, 200, { results = "table" } },
  stages_list = { "pipelines:deals/default/stages", nil, 200, list_of(stage) },
  stage_get = { "pipelines:deals/default/stages/closedwon", nil, 200, stage },
  stage_create = { "pipelines:deals/default/stages", new_stage, 201, stage },
  stage_replace = { "pipelines:deals/default/stages/closedwon", new_stage, 200, stage },
  stage_update = { "pipelines:deals/default/stages/closedwon", { label = "Won" }, 200, stage },
  stage_archive = { "pipelines:deals/default/stages/closedwon", nil, 204 },
  stage_audit = { "pipelines:deals/default/stages/closedwon/audit", nil, 200, { results = "table" } },
  owners_list = { "owners:", nil, 200, list_of(owner) },
  owner_get = { "owners:/1", nil, 200, owner },
  v1_create = { "v1:", v1, 204 },
  v1_create_batch = { "v1:/create-batch", { v1 }, 204 },
  v1_delete = { "v1:/delete", v1, 204 },
  v1_delete_batch = { "v1:/delete-batch", { v1 }, 204 },
  track_records = { "limits:records", nil, 200, shares },
  track_pipelines = { "limits:pipelines", nil, 200, shares },
  track_properties = { "limits:custom-properties", nil, 200, { byObjectType = "table" } },
  track_objects = { "limits:custom-object-types", nil, 200, share },
  track_calculated = { "limits:calculated-properties", nil, 200, share },
  record_create = { "objects:contacts", { properties = { firstname = "Jane" } }, 201, record },
  record_list = { "objects:contacts", nil, 200, list_of(record) },
  record_get = { "objects:contacts/101", nil, 200, record },
  record_update = { "objects:contacts/101", { properties = { firstname = "Jane" } }, 200, record },
  record_archive = { "objects:contacts/101", nil, 204 },
  record_search = { "objects:contacts/search", { limit = 1 }, 200,
    { total = 3, ["results.1.id"] = "string", ["paging.next.after"] = "string" } },
  records_create = { "objects:contacts/batch/create", { inputs = { { properties = { firstname = "J" } } } }, 201,
    batch_of(record) },
  records_read = { "objects:contacts/batch/read", { inputs = { { id = "101" } } }, 200, batch_of(record) },
  records_update = { "objects:contacts/batch/update", { inputs = { { id = "101", properties = { firstname = "J" } } } },
    200, batch_of(record) },
  records_upsert = { "objects:contacts/batch/upsert", { inputs = { { id = "j@x.org", idProperty = "email",
    properties = { firstname = "J" } } } }, 200, batch_of { id = "string", new = true } },
  records_archive = { "objects:contacts/batch/archive", { inputs = { { id = "101" } } }, 204 },
  record_merge = { "objects:contacts/merge", { primaryObjectId = "101", objectIdToMerge = "102" }, 200, record },
  record_gdpr_delete = { "objects:contacts/gdpr-delete", { objectId = "101" }, 204 },
  associate_default = { "objects:contacts/101/associations/default/companies/9001", nil, 200, batch_of(default) },
  associate_labeled = { LINK, { spec(279) }, 201, pair },
  associate_typed = { LINK .. "/279", nil, 200, { id = "101", ["associations.companies.results.1.id"] = "9001" },
    before = function() portal:set("undocumented_routes", "on") end },
  dissociate_typed = { LINK .. "/279", nil, 204, before = function()
    portal:set("undocumented_routes", "on")
    linked()
  end },
  associations_list = { "objects:contacts/101/associations/companies", nil, 200, list_of { toObjectId = 9001,
    ["associationTypes.1.category"] = "HUBSPOT_DEFINED", ["associationTypes.1.typeId"] = 279,
    ["associationTypes.1.label"] = "null" }, before = linked },
  dissociate = { LINK, nil, 204, before = linked },
  batch_create = { "associations:contacts/companies/batch/create", one, 201, batch_of(pair) },
  batch_read = { "associations:contacts/companies/batch/read", { inputs = { { id = "101" } } }, 200,
    batch_of { ["from.id"] = "101", ["to.1.toObjectId"] = 9001, ["to.1.associationTypes.1.typeId"] = 279 },
    before = linked },
  batch_default = { "associations:contacts/companies/batch/associate/default", ends, 200, batch_of(default) },
  batch_labels_archive = { "associations:contacts/companies/batch/labels/archive", one, { 200, v4 = 204 }, batch_of(),
    before = linked },
  batch_archive = { "associations:contacts/companies/batch/archive", many, { 200, v4 = 204 }, batch_of(),
    before = linked },
  v3_list = { "objects:contacts/101/associations/companies", nil, 200,
    list_of { id = "9001", type = "contact_to_company_unlabeled" }, before = linked },
  v3_batch_create = { "associations:contacts/companies/batch/create", v3, 200, batch_of { ["from.id"] = "101",
    ["to.id"] = "9001", type = "contact_to_company_unlabeled" } },
  v3_batch_read = { "associations:contacts/companies/batch/read", { inputs = { { id = "101" } } }, 200,
    batch_of { ["from.id"] = "101", ["to.1.id"] = "9001", ["to.1.type"] = "contact_to_company_unlabeled" },
    before = linked },
  v3_batch_archive = { "associations:contacts/companies/batch/archive", v3, 204, before = linked },
  v3_types = { "associations:contacts/companies/types", nil, 200, list_of { id = "1", name = "contact_to_company" } },
  limits_all = { "associations:definitions/configurations/all", nil, 200, list_of(limit), before = function()
    portal:seed { limits = { { from = "contacts", to = "companies", type = 279, most = 5 } } }
  end },
  limits_list = { CONF, nil, 200, { results = "table" } },
  limits_create = { CONF .. "/batch/create", limited, { 201, ["2025-09"] = 200 },
    batch_of { category = "HUBSPOT_DEFINED", typeId = 279, userEnforcedMaxToObjectIds = 5, label = "null" } },
  limits_update = { CONF .. "/batch/update", limited, 200, batch_of { category = "HUBSPOT_DEFINED", typeId = 279,
    userEnforcedMaxToObjectIds = 5, label = nil } },
  limits_purge = { CONF .. "/batch/purge", { inputs = { { category = "HUBSPOT_DEFINED", typeId = 279 } } },
    { 200, v4 = 204 }, batch_of() },
  labels_list = { "associations:contacts/companies/labels", nil, 200, list_of { category = "HUBSPOT_DEFINED",
    typeId = "number", label = "Primary" } },
  labels_create = { "associations:contacts/companies/labels", { label = "Boss", inverseLabel = "Staff", name = "boss" },
    200, { ["results.1.label"] = "Staff", ["results.2.label"] = "Boss", ["results.2.category"] = "USER_DEFINED",
      ["results.2.typeId"] = "number" } },
  labels_update = { "associations:contacts/companies/labels", { associationTypeId = 42, label = "Chief",
    inverseLabel = "Staff" }, 204, before = labeled },
  labels_delete = { "associations:contacts/companies/labels/42", nil, 204, before = labeled },
  usage_report = { "associations:usage/high-usage-report/7", nil, 200, { userId = 7, userEmail = "string",
    ["enqueueTime.value"] = "number", ["enqueueTime.dateOnly"] = false, ["enqueueTime.timeZoneShift"] = 0 } },
  track_labels = { "limits:associations/labels", nil, 200, list_of { limit = 50, usage = 1, percentage = 2,
    allLabels = "table", ["fromObjectType.objectTypeId"] = "string", ["toObjectType.pluralLabel"] = "string" },
    before = labeled },
  track_from = { "limits:associations/records/from", nil, 200, list_of(tracked), before = linked },
  track_to = { "limits:associations/records/0-1/to", nil, 200, list_of(tracked), before = linked },
  track_pair = { "limits:associations/records/0-1/0-2", nil, 200, { limit = 50000, totalRecordsAtLimit = 0,
    totalRecordsNearLimit = 0, atLimitFromRecordSamples = "table", nearLimitFromRecordSamples = "table" } },
  schemas_list = { "schemas:", nil, 200, list_of(schema), before = pets },
  schemas_read = { "schemas:/batch/read", { inputs = { "p_pet" }, includeAssociationDefinitions = true,
    includePropertyDefinitions = true, includeAuditMetadata = false }, 200, batch_of(schema), before = pets },
  schema_get = { "schemas:/p_pet", nil, 200, schema, before = pets },
  schema_create = { "schemas:", { name = "pet", labels = { singular = "Pet", plural = "Pets" },
    requiredProperties = { "name" }, properties = { { name = "name", label = "Name" } } }, 201, schema },
  schema_update = { "schemas:/2-33", { description = "Animals" }, 200, { description = "Animals" }, before = pets },
  schema_delete = { "schemas:/p62515_pet", nil, 204, before = pets },
  schema_associate = { "schemas:/2-33/associations", { fromObjectTypeId = "2-33", toObjectTypeId = "0-1",
    name = "pet_of" }, 201, { id = "string", fromObjectTypeId = "2-33", toObjectTypeId = "0-1", name = "pet_of" },
    before = pets },
  schema_dissociate = { "schemas:/2-33/associations/1", nil, 204, before = pets },
  webhook_settings_get = { "webhooks:7/settings", nil, 200, hook_settings, before = hooked },
  webhook_settings_put = { "webhooks:7/settings", { targetUrl = "http://127.0.0.1:9/x",
    throttling = { maxConcurrentRequests = 10 } }, 200, hook_settings, before = hooked },
  webhook_settings_delete = { "webhooks:7/settings", nil, 204, before = hooked },
  subscriptions_list = { "webhooks:7/subscriptions", nil, 200, list_of(subscription), before = hooked },
  subscription_create = { "webhooks:7/subscriptions", { eventType = "deal.propertyChange", propertyName = "amount",
    active = true }, 201, { id = "string", eventType = "deal.propertyChange", propertyName = "amount",
    active = true } },
  subscription_get = { "webhooks:7/subscriptions/1", nil, 200, subscription, before = hooked },
  subscription_update = { "webhooks:7/subscriptions/1", { active = false }, 200, { active = false }, before = hooked },
  subscriptions_update = { "webhooks:7/subscriptions/batch/update", { inputs = { { id = 1, active = false } } }, 200,
    batch_of(subscription), before = hooked },
  subscription_delete = { "webhooks:7/subscriptions/1", nil, 204, before = hooked },
  api_usage = { "account:api-usage/daily/private-apps", nil, 200, list_of { name = "string", usageLimit = "number",
    currentUsage = "number", collectedAt = "string", fetchStatus = "SUCCESS" } },
  account = { "account:details", nil, 200, { portalId = "number", accountType = "string", timeZone = "string",
    companyCurrency = "string", additionalCurrencies = "table", utcOffset = "string", utcOffsetMilliseconds = "number",
    uiDomain = "string", dataHostingLocation = "string" } },
  oauth_token = { "oauth:token", "grant_type=refresh_token&client_id=a&client_secret=b&refresh_token=again", 200,
    { access_token = "string", refresh_token = "again", expires_in = 1800, token_type = "bearer",
      token_use = "string" }, headers = form },
  oauth_introspect = { "oauth:token/introspect", "token=again&token_type_hint=refresh_token", 200, { active = true,
    hub_id = 62515 }, headers = form },
  oauth_revoke = { "oauth:token/revoke", "token=again", 204, headers = form },
  oauth_access_token = { function() return "oauth:access-tokens/" .. token() end, nil, 200, { hub_id = 62515,
    expires_in = "number", scopes = "table", token_type = "access" }, headers = open },
  oauth_refresh_token = { "oauth:refresh-tokens/again", nil, 200, { token = "again", hub_id = 62515,
    token_type = "refresh" }, headers = open },
  oauth_delete_refresh_token = { "oauth:refresh-tokens/again", nil, 204, headers = open },
  oauth_private_app = { "oauth:private-apps/get/access-token-info",
    function() return { tokenKey = portal.token } end, 200,
    { userId = "number", hubId = 62515, appId = "number", scopes = "table", isUserToken = false }, headers = open },
}

describe("the portal's operation", function()
  before_each(function() portal = given.open { refresh_token = "again" } end)
  after_each(function() portal:close() end)

  local function run(operation, row, version, path)
    if row.before then row.before() end
    local body = type(row[2]) == "function" and row[2]() or row[2]
    local status, answer = given.ask(portal, operation.method, path, body, row.headers)
    local expected = type(row[3]) == "table" and (row[3][version] or row[3][1]) or row[3]
    assert.same({ expected, expected == 204 }, { status, answer == nil })
    if answer then check(answer, row[4]) end
    assert.equal(1, portal:counters().operations[operation.name])
  end

  for _, operation in ipairs(portals.operations()) do
    local row = operations[operation.name]
    for _, version in ipairs(operation.versions) do
      it(operation.name .. " in " .. version, function()
        assert(row, "has no row here")
        run(operation, row, version, address(version, type(row[1]) == "function" and row[1]() or row[1]))
      end)
    end
  end

  for name, row in pairs(operations) do
    local dated = name:match "^batch_"
    for _, version in ipairs(dated and { "2025-09", "2026-03", "2026-09" } or {}) do
      it(name .. " in " .. version .. " under the records' prefix", function()
        run({ name = name, method = "POST" }, row, version,
          "/crm/objects/" .. version .. "/" .. row[1]:gsub(":", "/"))
      end)
    end
    if name:match "^labels_" or name:match "^limits_" then
      it(name .. " in v4 under the other prefix", function()
        for _, operation in ipairs(portals.operations()) do
          if operation.name == name then
            run(operation, row, "v4", "/crm/associations/v4/" .. row[1]:match ":(.*)$")
          end
        end
      end)
    end
  end

  it("is not known under other paths: the wrong method is 405, the wrong content type 415, another path 404", function()
    for _, version in ipairs { "v4", "2025-09", "2026-03", "2026-09" } do
      local path = address(version, "associations:contacts/companies/batch/create")
      local function status(...) return (given.ask(portal, ...)) end
      assert.equal(405, status("GET", path))
      assert.equal(415, status("POST", path, "{}", { ["content-type"] = "text/plain" }))
      assert.equal(404, status("POST", path .. "/more", one))
      assert.equal(404, status("POST", (path:gsub(version:gsub("%-", "%%-"), "2024-03")), one))
    end
    for _, path in ipairs { "/crm/schemas/2026-03", "/crm/custom-objects/2026-03/schemas",
      "/crm/objects/v4/contacts" } do
      assert.equal(404, (given.ask(portal, "GET", path)))
    end
    assert.equal(200, (given.ask(portal, "GET", "/crm/v3/schemas")))
  end)
end)
