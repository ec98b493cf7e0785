-- Each example, tried on a shadow and applied, leaves what it does on the account. One that is new is tried as it is,
-- until it is told here what it needs, or why it cannot be tried.
local as_shadow = require "spec.support.as_shadow"
local files = require "spec.support.files"
local open = require "tether.shadow.open"
local process = require "spec.support.process"
local tether = require "tether"

local cannot = {
  ["rehearsed"] = "it makes a shadow itself, and a shadow has none",
  ["webhook"] = "it waits for webhooks for ever, and has no account",
  ["work"] = "its workers write by connections of their own, which is what Redis is asked for",
  ["data/generate"] = "it makes files of sample data, and has no account",
  ["hosts/copas_job"] = "it serves for ever, and only reads",
  ["hosts/magnet"] = "lighttpd runs it",
  ["hosts/prosody/mod_tether_link"] = "Prosody runs it",
}

local SEED = files.content "examples/data/workflows.jsonl"
local LINKS = "Contact ID,Company ID,Association label\n101,9001,Boss\n102,9002,\n999,9001,\n"
local KEPT = { contacts = { { id = 101 }, { id = 102 } }, companies = { { id = 9001 }, { id = 9002 } },
  links = { { from = "contacts", fromId = 101, to = "companies", toId = 9002, types = { 279 } } } }

-- What those need that are not run as they are: a seed, or false: they seed the portal themselves; arguments, made
-- anew for each run; several: they are run so often; apart: as commands, since they end the program or turn a loop.
local needs = {
  ["overview"] = { seed = false }, ["verbs"] = { seed = false }, ["verbs_schema"] = { seed = false },
  ["demo"] = { seed = false },
  ["verbs_jobs"] = { seed = false,
    several = { "apply", "backup", "diff", "journal", "plan", "restore", "undo" } },
  ["export_links"] = { arguments = function(folder) return { "contacts", "companies", folder .. "/out.jsonl" } end },
  ["import_links"] = { arguments = function(folder)
    return { files.write(LINKS, ".csv"), folder .. "/failed.csv" }
  end },
  ["keeper"] = { seed = KEPT, arguments = function(folder)
    return { files.write("from,to\n101,9001\n102,9002\n", ".csv"), folder, "1" }
  end },
  ["checked"] = { apart = true, arguments = function()
    return { "examples/workflows/match.lua", "contacts", "--", "--apply" }
  end },
  ["hosts/luv_import"] = { apart = true, arguments = function()
    return { files.write("from,to\n101,9002\n102,9002\n", ".csv") }
  end },
  ["hosts/cqueues_job"] = { apart = true, arguments = function() return { "101", "102" } end },
  ["workflows/keep"] = { arguments = function(folder) return { folder .. "/x.keep" } end },
  ["workflows/snapshot"] = { arguments = function(folder) return { folder } end },
}

local function all()
  local names = {}
  local pipe <close> = assert(io.popen "find examples -name '*.lua' | sort")
  for path in pipe:lines() do names[#names + 1] = path:match "^examples/(.*)%.lua$" end
  return names
end

describe("each example, tried on a shadow and applied, leaves what it does on the account:", function()
  teardown(files.remove_all)

  -- As `tether run` runs it; what it connects by itself is a hub of the same account, or of the same shadow.
  local function run(path, arguments)
    return function(hub, portal)
      local args = arguments()
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

  local function command(portal, line)
    local running = process.background(("env HUBSPOT_TOKEN=%s TETHER_URL=%s build/tether %s"):format(portal.token,
      portal.url, line))
    local code, text = running:finish()
    assert.is_true(code == 0 or code == 2, line .. ": " .. text)
    return text
  end

  local function check_apart(path, arguments)
    local real <close> = tether.portal()
    local other <close> = tether.portal()
    for _, portal in ipairs { real, other } do portal:seed(SEED) end
    local line = path .. " " .. table.concat(arguments, " ")
    command(real, "run " .. line)
    local job, before, state = files.folder() .. "/x.job", other:dump(), as_shadow.state(other)
    assert.matches("would change: ", command(other, ("run --shadow --out %s %s"):format(job, line)), 1, true)
    assert.equal("", as_shadow.writes(other))
    assert.equal(before, other:dump())
    command(other, "apply " .. job)
    assert.equal(as_shadow.state(real), as_shadow.state(other))
    return as_shadow.state(real) ~= state
  end

  for _, name in ipairs(all()) do
    local need, path = needs[name] or {}, ("examples/%s.lua"):format(name)
    local function arguments_of(one)
      return function()
        if one then return { one } end
        if need.arguments then return need.arguments(files.folder()) end
        return name:find "^workflows/" and { "--apply" } or {}
      end
    end
    for _, one in ipairs(cannot[name] and {} or need.several or { false }) do
      it(name .. (one and " " .. one or ""), function()
        if need.apart then
          assert.equal(name ~= "hosts/cqueues_job", check_apart(path, arguments_of(one)())) -- which only reads
          return
        end
        local seed = need.seed
        if seed == nil then seed = SEED end
        as_shadow.check(seed or nil, run(path, arguments_of(one)))
      end)
    end
  end

  it("those that cannot be tried are these seven, which are there", function()
    local there, count = {}, 0
    for _, name in ipairs(all()) do there[name] = true end
    for name in pairs(cannot) do
      count = count + 1
      assert.is_true(there[name], name)
    end
    for name in pairs(needs) do assert.is_true(there[name] and not cannot[name], name) end
    assert.equal(7, count)
  end)
end)
