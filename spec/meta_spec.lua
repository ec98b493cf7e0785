-- The editor types say what there is: every public function of the classes, and no other.
local tether = require "tether"

describe("the editor types", function()
  local text
  setup(function()
    local files <close> = assert(io.popen "cat lua/tether/meta/*.lua")
    text = files:read "a"
  end)

  local function annotated(class)
    local names = {}
    for name in text:gmatch("\nfunction " .. class .. "[:.]([%w_]+)%(") do names[#names + 1] = name end
    table.sort(names)
    return names
  end

  local function public(class, hidden)
    local names = {}
    for name, value in pairs(class) do
      local shown = type(value) == "function" and not name:match "^__" and not (hidden or {})[name]
      if shown then names[#names + 1] = name end
    end
    table.sort(names)
    return names
  end

  it("name every function of hub, labels, limits, primary, links, outcome, webhook, its receiver and tether", function()
    local portal = tether.portal()
    local hub = portal:connect()
    assert.same(public(getmetatable(hub), { learn_ceiling = true }), annotated "hub")
    for _, noun in ipairs { "labels", "limits", "primary" } do
      assert.same(public(getmetatable(hub[noun])), annotated(noun))
    end
    local links = tether.links("contacts", "companies")
    assert.same(public(getmetatable(links), { read = true, resolved = true }), annotated "links")
    assert.same(public(getmetatable(require("tether.outcome").new(links))), annotated "outcome")
    assert.same(public(tether), annotated "tether")
    local webhook = require "tether.webhook"
    assert.same(public(webhook, { new = true }), annotated "webhook")
    assert.same(public(getmetatable(webhook.new { secret = "x" })), annotated "receiver")
    hub:close()
    portal:close()
  end)
end)
