-- What the portal answers at the edges of what it takes: nothing, null, both sides, two directions.
local given = require "spec.support.portal"

describe("the portal, at an edge", function()
  local portal
  before_each(function()
    portal = given.open { client_id = "c", client_secret = "s", refresh_token = "refresh-123456" }
  end)
  after_each(function() portal:close() end)

  local LINKS = "/crm/associations/2026-03/contacts/companies"
  local FORM = { ["content-type"] = "application/x-www-form-urlencoded", authorization = false }

  it("gives no token for an empty code, and tells the life of one in seconds", function()
    local client = "&client_id=c&client_secret=s"
    local status, refused = given.ask(portal, "POST", "/oauth/v1/token",
      "grant_type=authorization_code&code=" .. client, FORM)
    assert.equal(400, status)
    assert.equal("BAD_AUTH_CODE", refused.status)
    local _, token = given.ask(portal, "POST", "/oauth/v1/token",
      "grant_type=refresh_token&refresh_token=refresh-123456" .. client, FORM)
    local _, told = given.ask(portal, "GET", "/oauth/v1/access-tokens/" .. token.access_token)
    assert.is_true(told.expires_in > 60 and told.expires_in <= 1800, told.expires_in)
  end)

  it("creates nothing from nothing, and calls null missing, with its place in the body", function()
    assert.equal(200, (given.ask(portal, "POST", "/crm/objects/2026-03/contacts/batch/create", '{"inputs":[]}')))
    local function said(body) return select(2, given.ask(portal, "POST", LINKS .. "/batch/read", body)).message end
    assert.matches("required fields were not set: %[id%]", said '{"inputs":[{"id":null}]}')
    assert.matches("line 2, column 9%. Some required", said '{"inputs":[{"id":"1"},\n  {"x":1}]}')
  end)

  it("names the records of both sides that are not there, in either form", function()
    local function errors()
      return select(2, given.ask(portal, "POST", LINKS .. "/batch/create",
        { inputs = { given.input(77777, 88888, 279) } })).errors
    end
    assert.equal(2, #errors())
    portal:set("error_context", "ids")
    assert.same({ "CONTACT=77777 is not valid", "COMPANY=88888 is not valid" }, errors()[1].context.INVALID_OBJECT_IDS)
  end)

  it("has the old names of times for those object types that have them", function()
    local function properties(object_type, id)
      local _, record = given.ask(portal, "GET", ("/crm/objects/2026-03/%s/%d"):format(object_type, id))
      return record.properties
    end
    assert.is_string(properties("contacts", 101).createdate)
    assert.is_nil(properties("contacts", 101).hs_createdate)
  end)

  it("makes a label of one object type that is its own inverse, and writes one half of a pair of labels", function()
    local _, own = given.ask(portal, "POST", "/crm/associations/2026-03/contacts/contacts/labels",
      { name = "peer", label = "Peer" })
    assert.equal(1, #own.results)
    given.label(portal, "boss", "Boss", "Staff")
    local lines = {}
    for line in portal:dump():gmatch '{"kind":"label"[^\n]*' do lines[#lines + 1] = line end
    assert.equal(2, #lines)
    assert.matches('"from":"contacts","to":"companies","label":"Boss","inverseLabel":"Staff"', lines[2])
  end)

  it("shows an object type with the associations of both directions", function()
    local _, schema = given.ask(portal, "GET", "/crm-object-schemas/2026-03/schemas/contacts")
    local from, to = 0, 0
    for _, one in ipairs(schema.associations) do
      from = from + (one.fromObjectTypeId == "0-1" and 1 or 0)
      to = to + (one.toObjectTypeId == "0-1" and one.fromObjectTypeId ~= "0-1" and 1 or 0)
    end
    assert.is_true(from > 0 and to > 0)
  end)

  it("refuses a record whose id is no positive integer", function()
    for _, id in ipairs { 0, -1 } do
      assert.is_false(pcall(portal.seed, portal, { contacts = { { id = id } } }))
    end
  end)
end)
