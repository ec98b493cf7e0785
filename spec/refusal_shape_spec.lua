-- The same refusal has one shape, whichever verb meets it.
local account = require "spec.support.account"

describe("a refusal has its status, operation, attempts, category and correlation id", function()
  local portal, hub
  before_each(function()
    portal, hub = account.open({ contacts = { { id = 1 }, { id = 2 } }, companies = { { id = 5 } },
      labels = { { from = "contacts", to = "companies", label = "A", name = "a" } } }, { retry_pause = 0.01 })
  end)
  after_each(account.close)

  -- The error that a verb raises, or that its first failure has.
  local function error_of(run)
    local ok, result, failures = pcall(run)
    if not ok then return result end
    if failures and failures[1] then return failures[1].error end
    return result:failures()().error
  end

  local rows <const> = { { 1, 5, "A" }, { 2, 5, "A" } }
  local verbs = {
    batch_create = function() return hub:associate("contacts", "companies", rows) end,
    batch_default = function() return hub:associate_default("contacts", "companies", { { 1, 5 }, { 2, 5 } }) end,
    batch_labels_archive = function() return hub:unlabel("contacts", "companies", rows) end,
    batch_archive = function() return hub:dissociate("contacts", "companies", { { 1, 5 }, { 2, 5 } }) end,
    record_update = function() return hub:update("contacts", 1, { firstname = "x" }) end,
    records_update = function() return hub:update("contacts", { { id = 1, properties = { firstname = "x" } } }) end,
    records_read = function() return hub:get("contacts", { 1, 2 }) end,
    labels_create = function() return hub.labels:create("contacts", "companies", { label = "B" }) end,
    record_search = function() return hub:search("contacts", { query = "x" })() end,
  }
  for operation, run in pairs(verbs) do
    it("in " .. operation, function()
      portal:fault { operation = operation, status = 503, times = 1 }
      portal:fault { operation = operation, status = 400, body = { status = "error", category = "VALIDATION_ERROR",
        message = "no", correlationId = "c-1" } }
      local err = error_of(run)
      assert.same({ "INVALID", 400, operation, "VALIDATION_ERROR", "c-1" },
        { err.code, err.status, err.operation, err.category, err.correlation_id })
      assert.is_true(err.attempts >= 1)
    end)
  end

  it("in an entry of a batch that was done in part", function()
    portal:fault { operation = "records_update", status = 207, body = { status = "COMPLETE", results = {},
      errors = { { category = "VALIDATION_ERROR", message = "no", context = { ids = { "1" } } } } } }
    local err = error_of(verbs.records_update)
    assert.same({ "INVALID", 207, "records_update" }, { err.code, err.status, err.operation })
  end)
end)
