-- A success is not trusted by itself, for one pair as for many: what was asked is compared with what came back, and
-- what the answer does not confirm is in doubt.
local account = require "spec.support.account"
local tether = require "tether"

local function pair(from, to, from_type, to_type)
  return { fromObjectTypeId = from_type or "0-1", fromObjectId = from, toObjectTypeId = to_type or "0-2",
    toObjectId = to, labels = {} }
end

local function default_pair(from, to)
  return { from = { id = tostring(from) }, to = { id = tostring(to) },
    associationSpec = { associationCategory = "HUBSPOT_DEFINED", associationTypeId = 279 } }
end

-- Successes that say nothing of what was asked for: 1 and 501.
local nothing = {
  { "a page to log in", { error = "please log in" } },
  { "an empty object", "{}" },
  { "no results", '{"results":null}' },
  { "a bare value", "true" },
  { "an empty list", "[]" },
}
local not_named = {
  { "204", nil },
  { "an empty batch", '{"status":"COMPLETE","results":[]}' },
  { "another pair", pair(7, 8) },
  { "another pair in a batch", { status = "COMPLETE", results = { default_pair(7, 8), default_pair(1, 8) } } },
  { "another object type", pair(1, 501, "0-1", "0-3") },
  { "an unfinished batch", { status = "PENDING", results = { default_pair(1, 501) } } },
  { "a record with other links", { id = "1", associations = { companies = { results = { { id = "8" } } } } } },
  { "another record with the link", { id = "7", associations = { companies = { results = { { id = "501" } } } } } },
}
local also_unfinished = { { "an unfinished batch", { status = "PROCESSING", results = {} } },
  { "errors that cannot be read", '{"status":"COMPLETE","results":[],"errors":[5]}' } }

local function both(...)
  local all = {}
  for _, list in ipairs { ... } do table.move(list, 1, #list, #all + 1, all) end
  return all
end

local with_a_body = both(nothing, { { "204", nil } })
local LINK, UNLINK = both(nothing, not_named), both(nothing, also_unfinished)

local ASSOCIATE = { "associate_default", "associate_typed", "associate_labeled", "batch_create", "batch_default" }
local REMOVE = { "dissociate", "dissociate_typed", "batch_labels_archive", "batch_archive" }

-- verb -> the operations that it may come to, the answers that confirm nothing, how it is called
local verbs = {
  { "associate", ASSOCIATE, LINK, function(hub) return hub:associate("contacts", 1, "companies", 501) end },
  { "associate with a type id", ASSOCIATE, LINK,
    function(hub) return hub:associate("contacts", 1, "companies", 501, 279) end },
  { "associate with a label", ASSOCIATE, LINK,
    function(hub) return hub:associate("contacts", 1, "companies", 501, "A") end },
  { "associate_default", ASSOCIATE, LINK,
    function(hub) return hub:associate_default("contacts", 1, "companies", 501) end },
  { "relabel", ASSOCIATE, LINK, function(hub) return hub:relabel("contacts", 1, "companies", 501, { "A" }) end },
  { "dissociate", REMOVE, UNLINK, function(hub) return hub:dissociate("contacts", 3, "companies", 503) end },
  { "unlabel", REMOVE, UNLINK, function(hub) return hub:unlabel("contacts", 3, "companies", 503, "A") end },
  { "unlabel with a type id", REMOVE, UNLINK,
    function(hub) return hub:unlabel("contacts", 3, "companies", 503, 279, { everything = true }) end },
  { "primary", ASSOCIATE, LINK,
    function(hub) return hub.primary:set("contacts", 1, "companies", 501, nil, { verify = 0.01 }) end },
  { "labels.create", { "labels_create" }, both(with_a_body, {
    { "another label", { results = { { category = "USER_DEFINED", typeId = 77, label = "Other" } } } } }),
    function(hub) return hub.labels:create("contacts", "companies", { label = "New" }) end },
  { "labels.rename", { "labels_update" }, UNLINK,
    function(hub) return hub.labels:rename("contacts", "companies", "A", { label = "Z" }) end },
  { "labels.delete", { "labels_delete" }, UNLINK,
    function(hub) return hub.labels:delete("contacts", "companies", "A", { force = true }) end },
  { "limits.set", { "limits_update" }, both(with_a_body, {
    { "another limit", { results = { { category = "USER_DEFINED", typeId = 21, userEnforcedMaxToObjectIds = 9 } } } },
    { "another type", { results = { { category = "USER_DEFINED", typeId = 23, userEnforcedMaxToObjectIds = 3 } } } } }),
    function(hub) return hub.limits:set("contacts", "companies", { A = 3 }) end },
  { "limits.create", { "limits_create" }, with_a_body,
    function(hub) return hub.limits:create("contacts", "companies", { A = 3 }) end },
  { "limits.clear", { "limits_purge" }, UNLINK,
    function(hub) return hub.limits:clear("contacts", "companies", { "A" }) end },
  { "create", { "record_create" }, both(with_a_body, { { "no id", { properties = { name = "N" } } } }),
    function(hub) return hub:create("companies", { name = "N" }) end },
  { "update", { "record_update" }, both(with_a_body, { { "another record", { id = "7", properties = {} } } }),
    function(hub) return hub:update("contacts", 1, { firstname = "J" }) end },
  { "archive", { "record_archive" }, UNLINK, function(hub) return hub:archive("contacts", 1) end },
}

local function facts()
  local all = { contacts = {}, companies = { { id = 501 }, { id = 502 }, { id = 503 } } }
  for id = 1, 9 do all.contacts[id] = { id = id, properties = { email = ("c%d@example.com"):format(id) } } end
  all.labels = { { from = "contacts", to = "companies", label = "A", name = "a", id = 21, inverseId = 22 },
    { from = "contacts", to = "companies", label = "B", name = "b", id = 23, inverseId = 24 } }
  all.links = { { from = "contacts", fromId = 3, to = "companies", toId = 503, types = { 279, "A" } } }
  return all
end

local function answer_with(portal, operations, body, status)
  for _, operation in ipairs(operations) do
    portal:fault { operation = operation, times = 1000, status = status or (body == nil and 204 or 200),
      body = body or "" }
  end
end

describe("a verb on one pair, one record, one label", function()
  local portal, hub
  before_each(function() portal, hub = account.open(facts(), { retry_for = 0 }) end)
  after_each(account.close)

  for _, verb in ipairs(verbs) do
    local name, operations, answers, run = table.unpack(verb)
    it("is in doubt when its answer confirms nothing: " .. name, function()
      local before = portal:dump()
      for _, answer in ipairs(answers) do
        answer_with(portal, operations, answer[2])
        local ok, err = pcall(run, hub)
        portal:clear_faults()
        assert.is_false(ok, answer[1])
        assert.is_true(tether.error.is(err), ("%s: %s"):format(answer[1], err))
        assert.is_true(err.in_doubt, ("%s: %s"):format(answer[1], err))
        assert.is_true(before == portal:dump(), answer[1])
      end
    end)
  end

  it("fails for what the answer complains of", function()
    local complaint = { status = "COMPLETE", results = {}, numErrors = 1, errors = { { status = "error",
      category = "VALIDATION_ERROR", message = "no such luck" } } }
    for _, verb in ipairs(verbs) do
      local name, operations, _, run = table.unpack(verb)
      if not name:match "^labels.create" and not name:match "^create" and not name:match "^update" then
        answer_with(portal, operations, complaint)
        local ok, err = pcall(run, hub)
        portal:clear_faults()
        assert.is_false(ok, name)
        assert.equal("INVALID", err.code, name)
        assert.matches("no such luck", err.message)
        assert.is_falsy(err.in_doubt, name)
      end
    end
  end)

  it("goes on by another route when that of the type id tells nothing", function()
    answer_with(portal, { "associate_typed" }, "{}")
    assert.equal(1, hub:associate("contacts", 1, "companies", 501, 279).linked)
    portal:clear_faults()
    assert.equal(501, hub:associations("contacts", 1, "companies"):row(1).to)
  end)

  it("finds by its unique property the record that an answer without id has made", function()
    portal:fault { operation = "record_create", times = 1, status = 200, applied = true, body = "{}" }
    assert.equal("n@example.com", hub:create("contacts", { email = "n@example.com" }).properties.email)
  end)

  it("takes the survivor's id for that of a merged record", function()
    portal:fault { operation = "record_update", status = 200, body = { id = "1", properties = {} } }
    portal:fault { operation = "record_get", status = 200, body = { id = "1", properties = {} } }
    assert.equal(1, hub:update("contacts", 2, { firstname = "J" }).id)
  end)
end)

describe("a set", function()
  local portal, hub
  before_each(function() portal, hub = account.open(facts(), { retry_for = 0 }) end)
  after_each(account.close)

  local function outcome_of(body, status)
    answer_with(portal, { "batch_create" }, body, status)
    return hub:associate(tether.links("contacts", "companies"):add(1, 501):add(2, 502), { read = false })
  end

  local refused = { status = "error", category = "VALIDATION_ERROR", message = "no",
    context = { fromObjectId = { "1" }, toObjectId = { "501" } } }

  it("does not know a row that is listed as done and as failed", function()
    local outcome = outcome_of({ status = "COMPLETE", results = { pair(1, 501), pair(2, 502) }, errors = { refused } },
      207)
    assert.same({ 1, 1 }, { outcome.linked, outcome.unknown })
    assert.equal("unknown", outcome:state(1))
  end)

  it("does not know what a batch that is under way lists as done", function()
    assert.equal(2, outcome_of({ status = "PENDING", results = { pair(1, 501), pair(2, 502) } }).unknown)
  end)

  it("does not know a row whose answer is about other object types", function()
    local outcome = outcome_of { status = "COMPLETE", results = { pair(1, 501, "0-1", "0-3"), pair(2, 502) } }
    assert.same({ 1, 1 }, { outcome.linked, outcome.unknown })
  end)

  it("is refused when its batch was canceled", function()
    local outcome = outcome_of({ status = "CANCELED", results = {}, numErrors = 1, errors = { { status = "error",
      category = "VALIDATION_ERROR", subCategory = "crm.associations.INVALID_ASSOCIATION_TYPE", message = "no" } } },
      207)
    assert.equal(2, outcome.rejected)
  end)
end)

describe("a batch read", function()
  after_each(account.close)

  it("takes no link and no page of a record that was not asked for", function()
    local portal, hub = account.open(facts(), { retry_for = 0 })
    local function of(id, to, after)
      return { from = { id = tostring(id) }, to = { { toObjectId = to, associationTypes = { {
        category = "HUBSPOT_DEFINED", typeId = 279 } } } }, paging = after and { next = { after = after } } or nil }
    end
    portal:fault { operation = "batch_read", times = 1, status = 200, body = { status = "COMPLETE",
      results = { of(7, 501, "x"), of(1, 501), of(8, 502), of(2, 503), of(9, 503) } } }
    local links = hub:associations("contacts", { 1, 2 }, "companies")
    assert.same({ 2, 1, 501, 2, 503 }, { #links, links:row(1).from, links:row(1).to, links:row(2).from,
      links:row(2).to })
    assert.equal(1, portal:counters().requests)
  end)
end)

describe("an array of records", function()
  local portal, hub
  before_each(function() portal, hub = account.open(facts(), { retry_for = 0 }) end)
  after_each(account.close)

  local function answer(operation, results, applied)
    portal:fault { operation = operation, times = 1, status = 200, applied = applied,
      body = { status = "COMPLETE", results = results } }
  end

  it("is in doubt for a create that the answer does not mention, and says how to be sure", function()
    answer("records_create", { { id = "77", objectWriteTraceId = "1", properties = { name = "N" } } })
    local made, failures = hub:create("companies", { { properties = { name = "N" } }, { properties = { name = "M" } } })
    assert.equal(77, made[1].id)
    assert.equal(1, #failures)
    assert.equal(2, failures[1].row)
    assert.is_true(failures[1].error.in_doubt)
    assert.not_matches("harmless", failures[1].error.hint)
    assert.matches("unique", failures[1].error.hint)
  end)

  it("looks by its unique property for a create that the answer does not mention", function()
    answer("records_create", setmetatable({}, require "cjson".array_mt), true)
    local made, failures = hub:create("contacts", { { properties = { email = "x@example.com" } } })
    assert.same({}, failures)
    assert.equal("x@example.com", made[1].properties.email)
  end)

  it("gives no input another one's result", function()
    answer("records_update", { { id = "2", objectWriteTraceId = "1", properties = {} },
      { id = "2", objectWriteTraceId = "2", properties = {} } })
    local changed, failures = hub:update("contacts", { { id = 1, properties = { firstname = "A" } },
      { id = 2, properties = { firstname = "B" } } })
    assert.is_nil(changed[1])
    assert.equal(2, changed[2].id)
    assert.is_true(failures[1].error.in_doubt)
  end)

  it("gives no value of a unique property another one's result", function()
    answer("records_upsert", { { id = "7", objectWriteTraceId = "1", properties = { email = "c7@example.com" } },
      { id = "2", objectWriteTraceId = "2", properties = { email = "C2@example.com" } } })
    local done, failures = hub:upsert("contacts", "email", { { id = "c1@example.com", properties = {} },
      { id = "c2@example.com", properties = {} } })
    assert.is_nil(done[1])
    assert.equal(2, done[2].id)
    assert.equal(1, failures[1].row)
    assert.is_true(failures[1].error.in_doubt)
  end)

  it("has no verdict on what a canceled batch did not do, and finds who is at fault", function()
    portal:fault { operation = "records_update", times = 1, status = 207, body = '{"status":"CANCELED","results":[],' ..
      '"numErrors":1,"errors":[{"category":"VALIDATION_ERROR","message":"no"}]}' }
    local changed, failures = hub:update("contacts", { { id = 1, properties = { firstname = "A" } },
      { id = 2, properties = { firstname = "B" } } })
    assert.same({}, failures)
    assert.same({ 1, 2 }, { changed[1].id, changed[2].id })
  end)

  it("does not know an input that is answered twice, or as done and as failed", function()
    portal:fault { operation = "records_update", times = 1, status = 207, body = { status = "COMPLETE",
      results = { { id = "1", objectWriteTraceId = "1", properties = {} },
        { id = "1", objectWriteTraceId = "1", properties = {} }, { id = "2", objectWriteTraceId = "2",
        properties = {} } },
      errors = { { category = "CONFLICT", message = "no", context = { objectWriteTraceId = { "2" } } } } } }
    local changed, failures = hub:update("contacts", { { id = 1, properties = { firstname = "A" } },
      { id = 2, properties = { firstname = "B" } } })
    assert.same({}, changed)
    assert.same({ 1, 2 }, { failures[1].row, failures[2].row })
    for _, failure in ipairs(failures) do assert.is_true(failure.error.in_doubt) end
  end)
end)
