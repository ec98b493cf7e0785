-- Which paths there are, and what one that is not there answers.
local given = require "spec.support.portal"

local ROOT, PAIR = "/crm/objects/2026-03/", "/crm/associations/2026-03/contacts/companies/"

describe("a path of the portal", function()
  local portal
  local function ask(...) return given.ask(portal, ...) end
  before_each(function() portal = given.open() end)
  after_each(function() portal:close() end)

  local stranger = { authorization = false }

  it("that exists answers 401 without a token, one that does not 404", function() -- so a client can ask for it
    for _, path in ipairs { PAIR .. "batch/create", ROOT .. "associations/contacts/companies/batch/create" } do
      assert.equal(401, (ask("POST", path, nil, stranger)))
    end
    assert.equal(401, (ask("PUT", ROOT .. "contacts/101/associations/companies/9001/279", nil, stranger)))
    for _, path in ipairs { "/crm/nothing", "/crm/objects/2024-03/contacts", "/portal/state",
      "/crm/v4/associations/contacts/101/companies/9001" } do
      assert.equal(404, (ask("GET", path, nil, stranger)))
      assert.equal(404, (ask("GET", path)))
    end
    portal:set("overview_route", 404)
    portal:set("typed_route", 404)
    assert.equal(404, (ask("POST", ROOT .. "associations/contacts/companies/batch/create", nil, stranger)))
    assert.equal(404, (ask("PUT", ROOT .. "contacts/101/associations/companies/9001/279", nil, stranger)))
  end)

  it("of a pair answers 405 to a wrong method", function()
    for _, root in ipairs { ROOT, "/crm/v4/objects/", "/crm/objects/2026-09/" } do
      for _, method in ipairs { "POST", "PATCH" } do
        assert.equal(405, (ask(method, root .. "contacts/101/associations/companies/9001", "[]")))
      end
    end
  end)

  it("that does not exist answers JSON when JSON is asked for, and a page to others", function()
    local function answered(accept)
      local status, body, headers = ask("GET", "/crm/nothing", nil, { accept = accept })
      return { status, headers["content-type"]:match "^[^;]+", type(body) }
    end
    for _, accept in ipairs { "application/json", "application/json, text/plain, */*",
      "text/html, application/json" } do
      assert.same({ 404, "application/json", "table" }, answered(accept))
    end
    for _, accept in ipairs { "text/html", "*/*" } do assert.same({ 404, "text/html", "string" }, answered(accept)) end
    assert.same({ 404, "text/html", "string" }, answered(nil))
  end)

  it("of 2026-09-beta is served as 2026-09", function()
    local function beta(path) return (path:gsub("2026%-03", "2026-09-beta")) end
    local inputs = { inputs = { given.input(101, 9001, 279), given.input(777, 9001, 279) } }
    assert.equal(207, (ask("POST", beta(PAIR) .. "batch/create", inputs)))
    local status, list = ask("GET", beta(ROOT) .. "contacts/101/associations/companies")
    assert.same({ 200, 9001 }, { status, list.results[1].toObjectId })
    assert.equal(200, (ask("GET", beta(PAIR) .. "labels")))
    assert.equal(200, (ask("GET", "/crm/associations/2026-09-beta/definitions/configurations/all")))
  end)
end)
