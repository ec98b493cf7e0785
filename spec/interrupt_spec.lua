-- Ctrl-C while a server says nothing. Had it been noticed only when the request times out, the command would have said
-- so: no clock is needed to tell.
local files = require "spec.support.files"
local process = require "spec.support.process"
local tether = require "tether"
local zip = require "spec.support.zip"

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

  -- The exit code and the output of a command that got a signal, or several, when the account had a request of that
  -- operation.
  local function interrupted(signals, operation, command)
    local before = portal:counters().operations[operation] or 0
    portal:fault { operation = operation, delay = 300 }
    local running = process.background(("HUBSPOT_TOKEN=%s TETHER_URL=%s build/tether %s"):format(portal.token,
      portal.url, command))
    process.wait_until(function() return (portal:counters().operations[operation] or 0) > before end, operation)
    running:signal(signals)
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

  -- What an import of a fifo says that got a signal when it had read so much of it.
  local function interrupted_reading(begun)
    local fifo = files.folder() .. "/links.csv"
    assert(os.execute("mkfifo " .. fifo))
    local running = process.background(("HUBSPOT_TOKEN=%s TETHER_URL=%s build/tether import --from contacts " ..
      "--to companies %s"):format(portal.token, portal.url, fifo))
    local feed <close> = assert(io.open(fifo, "wb")) -- returns when the command has opened it
    feed:write(begun)
    feed:flush() -- more than a pipe holds is being read by now
    running:signal "INT"
    return running:finish()
  end

  it("ends an import whose file has no line yet, or is packed and not all there", function()
    local code, text = interrupted_reading ""
    assert.equal(130, code, text)
    assert.matches("go on with line 1\n", text)
    local lines = { "from,to,note" }
    for i = 1, 5000 do -- notes that do not pack well
      lines[#lines + 1] = ("%d,9001,%x%x%x"):format(100 + i, i * 0x9E3779B97F4A7C15, i * i * 0x9E3779B97F4A7C15,
        (i * 0x9E3779B97F4A7C15 >> 32) * (i * 0x9E3779B97F4A7C15 >> 3))
    end
    local packed = zip.gzip(table.concat(lines, "\n"))
    assert.is_true(#packed > 110000)
    code, text = interrupted_reading(packed:sub(1, 100000))
    assert.equal(130, code, text)
    assert.matches("not sent +%d+ that were read, and what follows", text)
  end)

  it("ends a command that ignores another signal, as one in the background does; that one does not", function()
    local before = portal:counters().operations.batch_create or 0
    portal:fault { operation = "batch_create", delay = 300 }
    local running = process.background(("HUBSPOT_TOKEN=%s TETHER_URL=%s sh -c \"trap '' TERM; exec build/tether " ..
      "import --blind --from contacts --to companies %s\""):format(portal.token, portal.url, csv))
    process.wait_until(function() return (portal:counters().operations.batch_create or 0) > before end, "a write")
    running:signal "TERM"
    process.wait_until(function()
      local file <close> = assert(io.open(("/proc/%d/status"):format(running.pid)))
      return not file:read "a":find "Pnd:%s+0*[1-9a-f]"
    end, "the signal has come")
    running:signal "INT"
    assert.equal(130, (running:finish()))
  end)

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

  it("ends a command with its report also when the signal comes twice, as timeout sends it", function()
    local code, text = interrupted("INT INT", "batch_create", "import --blind --from contacts --to companies " .. csv)
    assert.equal(130, code)
    assert.matches("go on with line 2\n", text)
  end)
end)

-- The interpreter's own handler sets a hook on whatever thread the system gives the signal to.
describe("Ctrl-C of a script", function()
  teardown(files.remove_all)

  local LOOP = [[
    io.stdout:write "running\n" io.stdout:flush()
    local id = hub:create("contacts", { { properties = { email = "a@example.com" } } })[1].id
    while true do %s end]]

  local function start(body)
    local script = files.write(LOOP:format(body), ".lua")
    local running = process.background("build/tether run --portal " .. script)
    running:printed "running"
    return running
  end

  it("ends it at whatever moment, once or twice", function()
    for round = 1, 8 do
      local running = start 'hub:get("contacts", id)'
      os.execute(("sleep 0.0%d"):format(round * 9 % 10))
      running:signal(round % 2 == 0 and "INT" or "INT INT")
      local code, text = running:finish()
      assert.equal(130, code, text)
      assert.matches("tether: interrupted at [^\n]+:%d\n$", text)
    end
  end)

  it("ends one that catches every error", function()
    for _, body in ipairs { 'pcall(hub.get, hub, "contacts", id)', "pcall(function() while true do end end)" } do
      local running = start(body)
      running:signal "INT"
      local code, text = running:finish()
      assert.equal(130, code, text)
      assert.matches("tether: interrupted at ", text)
    end
  end)

  it("ends one whose host waits in a call that begins anew at each signal", function()
    local running = start 'require("socket").select({}, {}, 600)'
    os.execute "sleep 0.1"
    running:signal "INT INT"
    assert.equal(130, (running:finish()))
  end)

  it("ends one that has caught the error, and waits in such a call then", function()
    local running = start 'pcall(function() while true do end end) require("socket").select({}, {}, 600)'
    running:signal "INT"
    assert.equal(130, (running:finish()))
  end)

  it("lets it clear up", function()
    local script = files.write([[
      local left <close> = setmetatable({}, { __close = function()
        for i = 1, 20000 do left_over = i end
        print "cleared up"
      end })
      print "running" io.stdout:flush()
      while true do end]], ".lua")
    local running = process.background("build/tether run --portal " .. script)
    running:printed "running"
    running:signal "INT"
    local code, text = running:finish()
    assert.equal(130, code)
    assert.matches("cleared up", text)
  end)

  it("comes to the thread of the script: those of the portal have every signal blocked", function()
    local running = start "hub:get('contacts', id)"
    local mask = "for task in /proc/%d/task/*; do [ ${task##*/} = %d ] || sed -n 's/^SigBlk:\t//p' $task/status; done"
    local threads = 0
    local pipe <close> = assert(io.popen(mask:format(running.pid, running.pid)))
    for blocked in pipe:lines() do
      threads = threads + 1
      assert.equal(2, tonumber(blocked, 16) & 2, blocked) -- SIGINT
    end
    assert.is_true(threads >= 1)
    running:signal "INT"
    assert.equal(130, (running:finish()))
  end)
end)

describe("an error that is none of ours, at each moment of a verb", function()
  local portal, hub
  setup(function()
    portal = tether.portal()
    portal:seed { contacts = { { id = 101 }, { id = 102 } }, companies = { { id = 9001 } } }
    hub = portal:connect()
    hub.labels:ensure("contacts", "companies", "Boss")
  end)
  teardown(function()
    hub:close()
    portal:close()
  end)

  local MOMENTS = 40

  -- Raises as the interpreter does at Ctrl-C, at the n-th instruction of a function. Nil: it has fewer.
  local function raised_at(n, fn)
    local count, active, raised = 0, false, false
    debug.sethook(function()
      count = count + (active and 1 or 0)
      if count < n or raised then return end
      raised = true
      error("interrupted!", 0)
    end, "", 1)
    local fine, problem = pcall(function()
      active = true
      fn()
      active = false
    end)
    active = false
    debug.sethook()
    if not raised then return nil end
    return fine and "nothing" or tostring(type(problem) == "table" and problem.cause or problem)
  end

  local function length_of(fn)
    local count = 0
    debug.sethook(function() count = count + 1 end, "", 1)
    fn()
    debug.sethook()
    return count
  end

  local verbs = {
    get = function() hub:get("contacts", 101) end,
    ensure = function() hub.labels:ensure("contacts", "companies", "Boss") end,
    associate = function() hub:associate("contacts", 101, "companies", 9001, "Boss") end,
    primary = function() hub.primary:set(tether.links("contacts", "companies"):add(101, 9001)) end,
    tied = function() hub:tied("contacts", 101) end,
    each_link = function() for _ in hub:each_link("contacts", "companies") do end end,
    relabel = function()
      tether.workflows.relabel(hub, { from = "contacts", to = "companies", map = { Boss = false } }):close()
    end,
  }
  for name, verb in pairs(verbs) do
    it("comes out of " .. name, function()
      verb() -- what is asked for once is there
      local step = math.max(1, length_of(verb) // MOMENTS)
      local n = 1
      repeat
        local told = raised_at(n, verb)
        assert.is_true(told == nil or told == "interrupted!", ("instruction %d: %s"):format(n, told))
        n = n + step
      until not told
      assert.is_true(n > MOMENTS)
    end)
  end
end)
