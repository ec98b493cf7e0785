-- An empty list of types links nothing and is answered with a success: it never leaves, in whatever form it comes.
local account = require "spec.support.account"
local tether = require "tether"

local INPUTS = '{"inputs":[{"from":{"id":1},"to":{"id":5},"types":[{"associationCategory":"HUBSPOT_DEFINED",' ..
  '"associationTypeId":279}]},{"from":{"id":2},"to":{"id":5},"types":[ ]}]}'
local LINK = "/crm/objects/2026-03/contacts/1/associations/companies/5"

describe("an empty list of association types", function()
  local portal, hub
  before_each(function()
    portal, hub = account.open { contacts = { { id = 1 }, { id = 2 } }, companies = { { id = 5 } } }
  end)
  after_each(account.close)

  local function refused(verb, ...)
    local fine, problem = pcall(hub[verb], hub, ...)
    assert.is_false(fine)
    assert.equal("TYPES_EMPTY", problem.code)
    assert.same({}, portal:log())
    return problem.message
  end

  it("is refused by every verb", function()
    local target = { to = 5, type = "companies", types = {} }
    for _, verb in ipairs { "associate", "unlabel" } do
      refused(verb, "contacts", 1, "companies", 5, {})
      refused(verb, "contacts", "companies", { { 1, 5, {} } })
    end
    refused("create", "contacts", { email = "a@example.com" }, { target })
    refused("create", "contacts", { { properties = {}, associations = { target } } })
    local fine, problem = pcall(function() tether.links("contacts", "companies"):add(1, 5, {}) end)
    assert.same({ false, "TYPES_EMPTY" }, { fine, problem.code })
  end)

  it("is refused in a request that somebody wrote himself, with its place", function()
    for _, path in ipairs { "/crm/associations/2026-03/contacts/companies/batch/create",
      "/crm/objects/2026-03/associations/contacts/companies/batch/create?x=1",
      "/crm/v4/associations/contacts/companies/batch/labels/archive" } do
      assert.matches("inputs%[2%]%.types", refused("request", "post", path, INPUTS))
    end
    for _, body in ipairs { "[]", " [ ] ", {} } do
      assert.matches("body", refused("request", "PUT", LINK, body))
      assert.matches("body", refused("request", "PUT", (LINK:gsub("2026%-03", "2026-09")), body))
    end
    local associations = { { to = { id = 5 }, types = {} } }
    assert.matches("associations%[1%]%.types", refused("request", "POST", "/crm/v3/objects/contacts",
      { properties = { email = "a@example.com" }, associations = associations }))
    assert.matches("inputs%[1%]%.associations%[1%]%.types", refused("request", "POST",
      "/crm/objects/2026-03/contacts/batch/create", { inputs = { { associations = associations } } }))
  end)

  it("is none where no type is asked for: such requests pass", function()
    hub:request("PUT", "/crm/objects/2026-03/contacts/1/associations/default/companies/5", "")
    hub:request("POST", "/crm/objects/2026-03/contacts/search", '{"filterGroups":[]}')
    hub:request("POST", "/crm/associations/2026-03/contacts/companies/batch/read", '{"inputs":[{"id":1}],"types":[]}')
    assert.equal(3, #portal:log())
  end)
end)
