-- Each example, tried on a shadow and applied, leaves what it does on the account.
local as_shadow = require "spec.support.as_shadow"
local files = require "spec.support.files"
local open = require "tether.shadow.open"
local tether = require "tether"

describe("each example, tried on a shadow and applied, leaves what it does on the account:", function()
  -- As `tether run` runs it; what it connects by itself is a hub of the same account, or of the same shadow.
  local function run(path, args)
    return function(hub, portal)
      local before = { hub = _G.hub, portal = _G.portal, arg = _G.arg, print = _G.print, tether = _G.tether }
      local connect = tether.connect
      function tether.connect() return hub.shadowed and open.join(hub.shadowed, hub) or portal:connect() end
      _G.hub, _G.portal, _G.tether, _G.print = hub, portal, tether, function() end
      _G.arg = table.move(args, 1, #args, 1, { [0] = path })
      local fine, problem = pcall(assert(loadfile(path)), table.unpack(args))
      tether.connect = connect
      for _, name in ipairs { "hub", "portal", "arg", "print", "tether" } do _G[name] = before[name] end
      assert(fine, tostring(problem))
    end
  end

  local folder
  setup(function() folder = files.folder() end)
  teardown(function() files.remove_all() end)

  for _, name in ipairs { "overview", "verbs", "verbs_schema", "demo" } do
    it(name, function() as_shadow.check(nil, run(("examples/%s.lua"):format(name), {})) end)
  end
  for _, verb in ipairs { "apply", "backup", "diff", "journal", "plan", "restore", "undo" } do
    it("verbs_jobs " .. verb, function() as_shadow.check(nil, run("examples/verbs_jobs.lua", { verb })) end)
  end
  it("export_links", function()
    as_shadow.check(nil, run("examples/export_links.lua", { "contacts", "companies", folder .. "/out.jsonl" }))
  end)
  for _, name in ipairs { "inherit", "match", "primary", "relabel", "move", "copy", "split", "tree", "labels", "limits",
    "orphans" } do
    it("workflows/" .. name, function()
      as_shadow.check(files.content "examples/data/workflows.jsonl",
        run(("examples/workflows/%s.lua"):format(name), { "--apply" }))
    end)
  end
  for _, name in ipairs { "keep", "snapshot" } do
    it("workflows/" .. name, function()
      as_shadow.check(files.content "examples/data/workflows.jsonl", function(hub, portal)
        local place = files.folder()
        return run(("examples/workflows/%s.lua"):format(name), { name == "keep" and place .. "/x.keep" or place })(hub,
          portal)
      end)
    end)
  end
  it("keeper", function()
    local path = files.write("from,to\n101,9001\n102,9002\n", ".csv")
    as_shadow.check({ contacts = { { id = 101 }, { id = 102 } }, companies = { { id = 9001 }, { id = 9002 } },
      links = { { from = "contacts", fromId = 101, to = "companies", toId = 9002, types = { 279 } } } },
      function(hub, portal) return run("examples/keeper.lua", { path, files.folder(), "1" })(hub, portal) end)
  end)
  it("import_links", function()
    local path = files.write("Contact ID,Company ID,Association label\n101,9001,Boss\n102,9002,\n999,9001,\n", ".csv")
    as_shadow.check({ contacts = { { id = 101 }, { id = 102 } }, companies = { { id = 9001 }, { id = 9002 } } },
      run("examples/import_links.lua", { path, folder .. "/failed.csv" }))
  end)
end)
