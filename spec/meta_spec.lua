-- The editor types say what there is: every public function of the classes, and no other.
local files = require "spec.support.files"
local tether = require "tether"

describe("the editor types", function()
  local text
  setup(function()
    local pipe <close> = assert(io.popen "cat lua/tether/meta/*.lua")
    text = pipe:read "a"
  end)

  -- The functions of a class; `whole` is its name where other classes have the same short one.
  local function annotated(class, whole)
    local names, part = {}, text
    if whole then
      part = (text .. "\n---@class "):match("\n%-%-%-@class " .. whole .. "%f[^%w_.](.-)\n%-%-%-@class ")
    end
    for name in part:gmatch("\nfunction " .. class .. "[:.]([%w_]+)%(") do names[#names + 1] = name end
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

  it("name every function of the portal, of a plan and its report, and of a task's job", function()
    local portal <close> = tether.portal()
    portal:seed { contacts = { { id = 101 } }, companies = { { id = 9001 } } }
    local hub <close> = portal:connect()
    assert.same(public(getmetatable(portal)), annotated "portal")
    local plan = hub:plan(tether.links("contacts", "companies"):add(101, 9001))
    assert.same(public(getmetatable(plan)), annotated "plan")
    assert.same(public(getmetatable(hub:apply(plan))), annotated("report", "tether.apply_report"))
    tether.run(function()
      local job = tether.run(function() end)
      assert.same(public(getmetatable(job)), annotated "job")
      job:wait()
    end)
  end)

  it("name every option that the portal takes", function()
    local known = files.content "lua/tether/portal.lua":match "local known = (%b{})"
    local class, count = text:match "%-%-%-@class tether%.portal_options\n(.-)\n\n", 0
    for name in known:gmatch "([%w_]+) = " do
      assert.truthy(("\n" .. class):find("\n---@field " .. name .. "? ", 1, true), name)
      count = count + 1
    end
    assert.is_true(count > 8)
  end)

  it("are free of faults for lua-language-server, where it is installed", function()
    if not os.execute "command -v lua-language-server >/dev/null 2>&1" then return end
    local folder = files.folder()
    local line = "timeout 120 lua-language-server --check lua/tether/meta --checklevel=Warning --logpath=%s >/dev/null"
    assert(os.execute(line:format(folder)))
    files.remove_all()
  end)
end)
