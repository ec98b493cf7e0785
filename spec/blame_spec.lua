-- Which rows a refusal is about: HubSpot names a record id, and the side of the pair by other words beside it.
local account = require "spec.support.account"
local cjson = require "cjson"
local tether = require "tether"

-- The text of a batch answer without results; an empty table would be an object.
local function envelope(status, problem)
  return ('{"status":"%s","results":[]%s}'):format(status, problem and ',"numErrors":1,"errors":[' ..
    cjson.encode(problem) .. "]" or "")
end

describe("a refusal that names a record", function()
  local portal, hub
  before_each(function()
    portal, hub = account.open { schemas = { { name = "pet", number = 33 } }, contacts = { { id = 5 }, { id = 7 } },
      companies = { { id = 5 }, { id = 7 } }, p_pet = { { id = 5 }, { id = 7 } },
      labels = { { from = "contacts", to = "p_pet", label = "Owner", name = "owner" } } }
  end)
  after_each(account.close)

  -- Recorded: the side is told by the sub-category, or by the object type (wire.md, 4.7).
  local function missing(sub_category, object_type)
    return { status = "error", category = "OBJECT_NOT_FOUND", subCategory = sub_category,
      message = "No record with ID 5 exists", context = { objectType = object_type and { object_type }, id = { "5" } } }
  end

  -- The rows that fail when the first answer of this status has this error, and confirms no row.
  local function blamed(status, problem, to, rows, label)
    portal:fault { operation = "batch_*", nth = 1, status = status,
      body = status == 207 and envelope("COMPLETE", problem) or problem }
    local set = tether.links("contacts", to)
    for _, row in ipairs(rows) do set:add(row[1], row[2], label) end
    local outcome
    if status == 207 then outcome = hub:dissociate(set) else outcome = hub:associate(set, { read = false }) end
    local failed = {}
    for row, failure in outcome:failed_rows() do failed[#failed + 1] = ("%d %s"):format(row, failure.code) end
    assert.equal(#rows, outcome.linked + outcome.rejected)
    portal:clear_faults()
    return table.concat(failed, ", ")
  end

  local crossed = { { 5, 7 }, { 7, 5 } }

  for _, status in ipairs { 207, 400 } do
    it(("in a %d blames its side alone, by the sub-category"):format(status), function()
      local from, to = "crm.associations.FROM_OBJECT_NOT_FOUND", "crm.associations.TO_OBJECT_NOT_FOUND"
      assert.equal("1 NOT_FOUND", blamed(status, missing(from), "companies", crossed))
      assert.equal("2 NOT_FOUND", blamed(status, missing(to), "companies", crossed))
    end)

    it(("in a %d blames its side alone, by the object type in any letter case"):format(status), function()
      assert.equal("1 NOT_FOUND", blamed(status, missing(nil, "contact"), "companies", crossed))
      assert.equal("2 NOT_FOUND", blamed(status, missing(nil, "COMPANY"), "companies", crossed))
    end)
  end

  it("of two records of one type blames the side of the sub-category", function()
    local rows = { { 5, 101 }, { 7, 5 } }
    portal:seed("contacts", 101)
    assert.equal("2 NOT_FOUND", blamed(400, missing("crm.associations.TO_OBJECT_NOT_FOUND", "contact"), "contacts",
      rows))
  end)

  it("of a custom object blames the side that is no built-in type", function()
    assert.equal("2 NOT_FOUND", blamed(400, missing(nil, "pet"), "p_pet", crossed, "Owner"))
    assert.equal("1 NOT_FOUND", blamed(400, missing(nil, "contact"), "p_pet", crossed, "Owner"))
  end)
end)

describe("a batch that was canceled", function()
  local portal, hub
  before_each(function()
    portal, hub = account.open { contacts = { { id = 1 }, { id = 2 } }, companies = { { id = 5 } } }
  end)
  after_each(account.close)

  -- Observed: one error, and no result (wire.md, 2).
  local canceled = envelope("CANCELED", { status = "error", category = "VALIDATION_ERROR",
    subCategory = "crm.associations.INVALID_ASSOCIATION_TYPE",
    message = "0-999 is not a valid association type between CONTACT and COMPANY" })
  local bare = envelope "CANCELED"

  local function code_of(fine, problem)
    assert.is_false(fine)
    return problem.code
  end

  it("has failed, without a doubt: rows are refused and not unknown", function()
    for body, code in pairs { [canceled] = "TYPE_UNKNOWN", [bare] = "INVALID" } do
      portal:fault { operation = "batch_archive", status = 200, body = body }
      local outcome = hub:dissociate("contacts", "companies", { { 1, 5 }, { 2, 5 } })
      portal:clear_faults()
      assert.same({ 2, 0, code }, { outcome.rejected, outcome.unknown, outcome:failures()().error.code })
    end
  end)

  it("of limits raises what it was canceled for", function()
    for _, body in ipairs { canceled, bare } do
      portal:fault { operation = "limits_*", method = "POST", status = 200, body = body }
      local code = body == bare and "INVALID" or "TYPE_UNKNOWN"
      assert.equal(code, code_of(pcall(hub.limits.set, hub.limits, "contacts", "companies", { default = 5 })))
      assert.equal(code, code_of(pcall(hub.limits.clear, hub.limits, "contacts", "companies", { "default" })))
      portal:clear_faults()
    end
  end)
end)

describe("a malformed id in a read", function()
  it("is told as one", function()
    local portal <close> = tether.portal()
    local hub <close> = portal:connect()
    portal:fault { operation = "batch_read", status = 207, body = envelope("COMPLETE", { status = "error",
      category = "VALIDATION_ERROR", message = "Invalid identifier",
      subCategory = "crm.associations.INVALID_IDENTIFIER" }) }
    local fine, problem = pcall(hub.associations, hub, "contacts", { 1 }, "companies")
    assert.same({ false, "BAD_ID" }, { fine, problem.code })
  end)
end)
