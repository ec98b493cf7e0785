local given = require "spec.support.portal"

local shapes = {
  ["<uuid>"] = "^%x%x%x%x%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$",
  ["<time>"] = "^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d%.?%d*Z$",
}

-- The lists that have no order are sorted by what is in them.
local function sorted(list)
  table.sort(list, function(a, b) return a.category .. a.typeId < b.category .. b.typeId end)
  return list
end

-- An answer as a fixture writes it: null is false, and what the fixture leaves open is put in its words.
local function like(fixture, answer, any_order)
  if answer == given.null then return false end
  if shapes[fixture] and type(answer) == "string" and answer:match(shapes[fixture]) then return fixture end
  if type(answer) ~= "table" then return answer end
  local copy = {}
  for key, value in pairs(answer) do
    local wanted = type(fixture) == "table" and fixture[key] or nil
    if any_order and any_order[key] then
      sorted(value)
      if wanted then sorted(wanted) end
    end
    copy[key] = like(wanted, value, any_order)
  end
  return copy
end

describe("the portal answers as recorded:", function()
  for _, fixture in ipairs(require "spec.fixtures.recorded") do
    for _, version in ipairs(fixture.versions or { "" }) do
      it(fixture[1] .. " " .. version, function()
        local portal <close> = require("tether").portal(fixture.options)
        if fixture.seed then portal:seed(fixture.seed) end
        for _, before in ipairs(fixture.before or {}) do
          for _ = 1, before[4] or 1 do given.ask(portal, before[1], before[2], before[3]) end
        end
        local path = version == "v3" and fixture.path:gsub("/crm/objects/{v}", "/crm/v3/objects") or
          fixture.path:gsub("{v}", version)
        local status, answer = given.ask(portal, fixture.method, path, fixture.body, fixture.headers)
        assert.equal(fixture.status, status)
        assert.same(fixture.answer, like(fixture.answer, answer, fixture.any_order))
      end)
    end
  end

  it("an expired token", function()
    local portal <close> = require("tether").portal { refresh_token = "r" }
    local _, token = given.ask(portal, "POST", "/oauth/v1/token", "grant_type=refresh_token&refresh_token=r",
      { authorization = false, ["content-type"] = "application/x-www-form-urlencoded" })
    portal:advance(35 * 60)
    local status, answer = given.ask(portal, "GET", "/crm/objects/2026-03/contacts", nil,
      { authorization = "Bearer " .. token.access_token })
    local expected = { status = "error", category = "EXPIRED_AUTHENTICATION", correlationId = "<uuid>",
      message = "The OAuth token used to make this call expired 5 minute(s) ago." }
    assert.equal(401, status)
    assert.same(expected, like(expected, answer))
  end)
end)
