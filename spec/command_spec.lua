local files = require "spec.support.files"
local given = require "spec.support.portal"
local json = require "cjson"
local process = require "spec.support.process"
local shell = require "spec.support.shell"

local function run(arguments) return shell.output("build/tether " .. arguments) end

-- A command that ends so, and says so.
local function says(arguments, wanted, ...)
  local text, code = run(arguments)
  assert.equal(wanted, code, text)
  for _, pattern in ipairs { ... } do assert.matches(pattern, text) end
  return text
end

describe("the tether command", function()
  it("tells its version", function()
    says("--version", 0, "^tether 0.1.0\n$")
  end)

  it("lists the types of a pair in both directions", function()
    says("types contacts companies", 0, "279\tcontact\tcompany\tunlabeled\t280\t",
      "280\tcompany\tcontact\tunlabeled\t279\t")
  end)

  it("exits with 2 on wrong usage and says what would be right", function()
    for _, wrong in ipairs { "types contacts", "tpyes a b", "types contcts companies", "" } do
      local text, code = run(wrong)
      assert.equal(2, code, wrong)
      assert.is_true(#text > 20, wrong)
    end
    assert.matches('"contacts"', (run "types contcts companies"))
  end)

  it("serves a portal, tells url and token in one JSON line, and ends in order", function()
    local portal = process.background "build/tether portal --port 0"
    assert.matches('"url":"http:\\?/\\?/127.0.0.1:%d+"', portal:printed "{(.-)}\n")
    assert.matches('"token":"[^"]+"', portal:output())
    portal:signal "TERM"
    assert.equal(0, (portal:finish()))
  end)

  it("runs a script with hub, and hands it its own arguments", function()
    local name = files.write 'print(hub.version, arg[1], arg[2], #{...}); return 1'
    local text, code = run("run --portal " .. name .. " --limit 5")
    assert.equal("2026-03\t--limit\t5\t2\n", text)
    assert.equal(1, code)
    os.remove(name)
  end)

  it("exits with 130 when Ctrl-C or a hangup ends a script, and says where", function()
    local name = files.write('print "running" io.stdout:flush() while true do end')
    for _, signal in ipairs { "INT", "HUP" } do
      local script = process.background("build/tether run --portal " .. name)
      script:printed "running"
      script:signal(signal)
      local code, text = script:finish()
      assert.equal(130, code)
      assert.matches(("tether: interrupted at %s:1\n"):format(name), text, 1, true)
    end
    files.remove_all()
  end)

  it("exits with 130 when Ctrl-C ends a portal, whose account is kept", function()
    local dump = files.write ""
    local portal = process.background(("build/tether portal --admin --dump %s"):format(dump))
    local told = json.decode(portal:printed "(%b{})\n")
    local contact = { properties = { email = "j@example.com" } }
    assert.equal(201, (given.ask(told, "POST", "/crm/objects/2026-03/contacts", contact)))
    portal:signal "INT"
    assert.equal(130, (portal:finish()))
    assert.matches("j@example.com", files.content(dump), 1, true)
    files.remove_all()
  end)

  it("exits with 130 when Ctrl-C ends a command that waits for an answer", function()
    local portal <close> = given.open()
    portal:fault { operation = "account", delay = 60 }
    local doctor = process.background(("HUBSPOT_TOKEN=%s TETHER_URL=%s build/tether doctor"):format(portal.token,
      portal.url))
    process.wait_until(function() return (portal:counters().operations.account or 0) > 0 end, "the doctor's question")
    doctor:signal "INT"
    local code, text = doctor:finish()
    assert.equal(130, code)
    assert.matches("tether: interrupted", text, 1, true)
  end)

  it("refuses a dump that cannot be written before it serves", function()
    local text = says("portal --dump /nowhere/account.jsonl", 3, "FILE_FAILED.*/nowhere/account.jsonl")
    assert.not_matches("ready", text)
  end)

  it("says what is missing when a script cannot run", function()
    says("run examples/overview.lua", 3, "TOKEN_MISSING", "HUBSPOT_TOKEN")
    says("run --portal nothing.lua", 3, "FILE_FAILED.*nothing.lua")
  end)
end)
