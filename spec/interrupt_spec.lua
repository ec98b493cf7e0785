-- Ctrl-C while a server says nothing. Had it been noticed only when the request times out, the command would have said
-- so: no clock is needed to tell.
local files = require "spec.support.files"
local process = require "spec.support.process"
local tether = require "tether"

describe("Ctrl-C while the server is silent", function()
  local portal, csv
  setup(function()
    local facts, lines = { contacts = {}, companies = { { id = 9001 } } }, { "from,to" }
    for i = 1, 5000 do
      facts.contacts[i] = { id = 100 + i }
      lines[#lines + 1] = ("%d,9001"):format(100 + i)
    end
    portal = tether.portal()
    portal:seed(facts)
    csv = files.write(table.concat(lines, "\n"), ".csv")
  end)
  teardown(function()
    portal:close()
    files.remove_all()
  end)
  after_each(function() portal:clear_faults() end)

  -- The exit code and the output of a command that got a signal when the account had a request of that operation.
  local function interrupted(signal, operation, command)
    local before = portal:counters().operations[operation] or 0
    portal:fault { operation = operation, delay = 300 }
    local running = process.background(("HUBSPOT_TOKEN=%s TETHER_URL=%s build/tether %s"):format(portal.token,
      portal.url, command))
    process.wait_until(function() return (portal:counters().operations[operation] or 0) > before end, operation)
    running:signal(signal)
    local code, text = running:finish()
    portal:clear_faults() -- the next command may ask for this before it comes to what it shall be stopped at
    assert.is_nil(text:find("timed out", 1, true), text)
    return code, text
  end

  for _, signal in ipairs { "INT", "HUP" } do
    it("ends an import with its report and 130, and tells where to go on: " .. signal, function()
      local code, text = interrupted(signal, "batch_create", "import --blind --from contacts --to companies " .. csv)
      assert.equal(130, code)
      assert.matches("stopping after the batches on their way", text)
      assert.matches("\nunknown +5000\n", text)
      assert.matches("go on with line 2\n", text)
    end)
  end

  it("ends an import that only reads yet, and writes nothing", function()
    local before = portal:counters().operations.batch_create or 0
    for operation, option in pairs { batch_read = "--quiet", labels_list = "--label=Boss" } do
      local code, text = interrupted("INT", operation, ("import %s --from contacts --to companies %s"):format(option,
        csv))
      assert.equal(130, code)
      assert.matches("not sent +5000 .*go on with line 2\n", text)
    end
    assert.equal(before, portal:counters().operations.batch_create or 0)
  end)

  it("ends every command that reads", function()
    for operation, command in pairs { batch_read = "export contacts companies",
      record_list = "count contacts companies", account = "doctor" } do
      assert.equal(130, (interrupted("INT", operation, command)), command)
    end
  end)

  it("ends a script while a shadow asks for schemas, and while it looks for all links of a record", function()
    local shadowed = files.write('hub:associate("contacts", 101, "companies", 9001)', ".lua")
    assert.equal(130, (interrupted("INT", "schema_get", "run --shadow " .. shadowed)))
    local tied = files.write('hub:tied("contacts", 101)', ".lua")
    assert.equal(130, (interrupted("INT", "record_get", "run " .. tied)))
  end)

  it("ends a backup in the middle, and leaves nothing of it", function()
    local name = os.tmpname()
    os.remove(name)
    for _, operation in ipairs { "record_list", "batch_read", "labels_list" } do
      assert.equal(130, (interrupted("INT", operation, "backup contacts:companies --out " .. name)), operation)
      for _, left in ipairs { name, name .. ".part" } do assert.is_nil((io.open(left)), left) end
    end
  end)

  it("ends a command that is only starting", function()
    local folder = os.tmpname()
    os.remove(folder)
    os.execute(("mkdir -p %s/tether/cli/line"):format(folder))
    local loading <close> = assert(io.open(folder .. "/tether/cli/line/names.lua", "w"))
    loading:write 'io.stderr:write "loading" while true do end'
    loading:close()
    local running = process.background(("LUA_PATH='%s/?.lua;%s' LUA_CPATH='build/plain/?.so;;' " ..
      "lua5.4 lua/bin/tether doctor"):format(folder, package.path)) -- without the precompiled modules
    running:printed "loading"
    running:signal "INT"
    local code, text = running:finish()
    assert.equal(130, code)
    assert.matches("tether: interrupted\n", text)
    os.execute("rm -r " .. folder)
  end)
end)
