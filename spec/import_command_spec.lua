-- tether import as people run it: a process with files, pipes, exit codes and Ctrl-C, against a portal on a socket.
local account = require "spec.support.account"
local files = require "spec.support.files"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"
local tether = require "tether"

local folder, portal

local function path(name)
  return folder .. "/" .. name
end

local function write(name, text) return files.put(path(name), text) end

local function content(name) return files.content(path(name)) end

local function environment(url)
  return ("HUBSPOT_TOKEN=%s TETHER_URL=%s "):format(portal.token, url or portal.url)
end

-- Runs a command line; answers stdout, stderr and the exit code.
local function run(line, before)
  local _, _, code = os.execute(("%s %s build/tether %s >%s 2>%s"):format(before or "", environment(), line,
    path "out", path "err"))
  return content "out", content "err", code
end

local function seed(contacts, companies)
  portal:seed(account.numbered { contacts = { 1, contacts }, companies = { 100001, 100000 + companies } })
end

-- A file of links that a portal with `contacts` contacts and two companies takes.
local function links_csv(name, count)
  local lines = { "from,to" }
  for i = 1, count do lines[#lines + 1] = ("%d,%d"):format((i + 1) // 2, 100001 + i % 2) end
  return write(name, table.concat(lines, "\n"))
end

describe("tether import", function()
  setup(function() folder = files.folder() end)
  before_each(function() portal = tether.portal() end)
  after_each(function() portal:close() end)
  teardown(files.remove_all)

  it("imports a file, tells what became of it, and exits with 0", function()
    seed(3000, 2)
    local out, err, code = run("import --from contacts --to companies " .. links_csv("links.csv", 6000))
    assert.equal("linked         6000\nunchanged         0\nrejected          0\nunknown           0\n", out)
    assert.matches("100%%  6,000 rows  3 batches  6 calls", err)
    assert.equal(0, code)
    assert.equal(3, portal:counters().operations.batch_create)
    out, err, code = run("import --quiet --blind --from contacts --to companies " .. path "links.csv")
    assert.matches("linked +6000\n", out)
    assert.same({ "", 0 }, { err, code })
    assert.equal(6, portal:counters().operations.batch_create)
    assert.equal(3, portal:counters().operations.batch_read)
  end)

  it("reads standard input, and takes the object types from the lines", function()
    seed(2, 2)
    local out, _, code = run("import -", [[printf '{"from":"contacts:1","to":"companies:100001"}\n]] ..
      [[{"from":"contacts:2","to":"companies:100002"}\n' |]])
    assert.matches("linked +2\n", out)
    assert.equal(0, code)
    out, _, code = run("import - --from contacts --to companies --from-column 2 --to-column 1",
      "printf '100002;1\\n100001;2\\n' |")
    assert.matches("linked +2\n", out)
    assert.equal(0, code)
  end)

  it("exits with 1 when rows failed, and leaves them in a file", function()
    seed(2, 1)
    write("links.csv", "from,to\n1,100001\nabc,100001\n9,100001\n")
    local out, _, code = run(("import --from contacts --to companies %s --failures %s"):format(path "links.csv",
      path "failed.csv"))
    assert.equal(1, code)
    assert.matches("linked +1\nunchanged +0\nrejected +2\nunknown +0\n +1 BAD_ID .-\n +1 NOT_FOUND", out)
    assert.matches("^from,to,label,line,code,reason,from_object_type,to_object_type,raw\nabc,100001,,3,BAD_ID,",
      content "failed.csv")
  end)

  it("exits with 2 on wrong usage and 3 when it could not run, with one message and nothing on stdout", function()
    seed(1, 1)
    local file = write("links.csv", "from,to\n1,100001\n")
    for line, expected in pairs {
      ["import"] = { 2, "FILE is missing" },
      ["import " .. file] = { 2, "nothing tells the object types" },
      ["import " .. file .. " --from contcts --to companies"] = { 2, 'did you mean "contacts"' },
      ["import " .. file .. " --from contacts --to companies --label-column x"] = { 2, "no column \"x\" for label" },
      ["import /nonexistent --from contacts --to companies"] = { 3, "FILE_FAILED: /nonexistent: No such file" },
      ["import /tmp --from contacts --to companies"] = { 3, "FILE_FAILED: /tmp: Is a directory" },
      ["import " .. file .. " --from contacts --to companies --failures /nonexistent/x"] = { 3, "FILE_FAILED" },
      ["import " .. file .. " --from contacts --to companies --seed x"] = { 2, "--seed belongs to --portal" },
    } do
      local out, err, code = run(line)
      assert.equal(expected[1], code, line)
      assert.equal("", out, line)
      assert.truthy(err:find(expected[2], 1, true), line .. ": " .. err)
    end
  end)

  it("refuses to write the failures over the file that it reads", function()
    local text = "from,to\n1,100001\n"
    local name = write("same.csv", text)
    os.execute(("ln -sf %s %s"):format(name, path "link.csv"))
    for _, line in ipairs { name .. " --failures " .. name, name .. " --failures " .. path "link.csv",
      "- --failures " .. name .. " <" .. name } do
      local out, err, code = run("import --from contacts --to companies " .. line)
      assert.equal(2, code, line)
      assert.equal("", out)
      assert.matches("BAD_ARGUMENT: import.failures: .* is the file that is imported", err)
      assert.equal(text, content "same.csv")
    end
  end)

  it("says that nothing answers while it tries again", function()
    local name = write("retry.csv", "from,to\n1,100001\n")
    local line = ("%s timeout -s KILL 2 build/tether import %s --from contacts --to companies >%s 2>%s"):format(
      environment "http://127.0.0.1:9", name, path "out", path "err")
    os.execute(line)
    assert.matches("tether: [^\n]*127.0.0.1:9: Failed to connect[^\n]*; trying again, for at most 120 s\n",
      content "err")
  end)

  it("names the option whose number is none", function()
    local _, err, code = run "import x.csv --concurrency many"
    assert.equal(2, code)
    assert.matches("%-%-concurrency: a whole number is needed, got many", err)
  end)

  it("tells what it would do without a network or a token", function()
    links_csv("links.csv", 6000)
    local line = ("env -u HUBSPOT_TOKEN TETHER_URL=http://127.0.0.1:1 build/tether import --preflight %s " ..
      "--from contacts --to companies --tier free >%s 2>&1"):format(path "links.csv", path "out")
    local _, _, code = os.execute(line)
    assert.equal(0, code)
    assert.matches("rows +6000\n.*pairs +6000  distinct\n.*calls +6  3 writes, 3 reads.*\n  free +at least 1 s",
      content "out")
  end)

  it("tries a file on a portal of its own", function()
    write("seed.jsonl", '{"kind":"record","type":"contacts","id":1}\n{"kind":"record","type":"companies","id":2}\n')
    write("links.csv", "from,to,label\n1,2,Boss\n")
    local _, _, code = os.execute(("env -u HUBSPOT_TOKEN build/tether import --portal --seed %s --create-labels %s " ..
      "--from contacts --to companies >%s 2>%s"):format(path "seed.jsonl", path "links.csv", path "out", path "err"))
    assert.equal(0, code)
    assert.matches("linked +1\n", content "out")
    assert.matches('created the label "Boss"', content "err")
  end)

  it("tells its progress line by line where stderr is a file, and draws a bar on a terminal", function()
    seed(10000, 2)
    portal:fault { operation = "batch_create", delay = 0.1 }
    local file = links_csv("links.csv", 20000)
    local _, err = run("import --blind --concurrency 2 --progress 0.2 --from contacts --to companies " .. file)
    local seen = 0
    for line in err:gmatch "[^\n]+" do
      if line:match "^ *%d+%%  [%d,]+ rows  %d+ batches  %d+ calls  [%d,]+ rows/s" then seen = seen + 1 end
    end
    assert.is_true(seen >= 3, err)
    os.execute(("script -qec '%s build/tether import --blind --concurrency 2 --from contacts --to companies %s' " ..
      "/dev/null >%s </dev/null"):format(environment(), file, path "out"))
    assert.matches("\r%[#+%-*%] +%d+%%  [%d,]+ rows  ", content "out")
  end)

  -- Starts an import in the background and sends it signals when enough has been written.
  local function interrupted(signals, line)
    local script = write("run.sh", ([[set -m
      %s build/tether import --blind --concurrency 2 --from contacts --to companies %s >%s 2>%s &
      echo $! >%s; wait $!; echo $? >%s]]):format(environment(), line, path "out", path "err", path "pid", path "code"))
    os.remove(path "code")
    assert(os.execute("bash " .. script .. " 2>/dev/null &"))
    local sent = 0
    for _ = 1, 500 do
      if sent < #signals and (portal:counters().operations.batch_create or 0) >= 2 + 2 * sent then
        sent = sent + 1
        os.execute(("kill -%s $(cat %s)"):format(signals[sent], path "pid"))
      end
      local done = io.open(path "code")
      local code = done and done:read "n"
      if done then done:close() end
      if code then return math.tointeger(code), sent end
      os.execute "sleep 0.02"
    end
    error "the import did not end"
  end

  local function links_there()
    local hub <close> = portal:connect()
    local count = 0
    for set in hub:each_link("contacts", "companies") do count = count + #set end
    return count
  end

  it("ends after the batches on their way at Ctrl-C, with a true summary and the line to go on from", function()
    seed(20000, 2)
    portal:fault { operation = "batch_create", delay = 0.1 }
    local file = links_csv("links.csv", 40000)
    local code = interrupted({ "INT" }, file)
    assert.equal(130, code)
    local out, err = content "out", content "err"
    local linked = tonumber(out:match "linked +(%d+)")
    local left, line = out:match "not sent +(%d+) that were read, and what follows; go on with line (%d+)\n"
    assert.matches("tether: stopping after the batches on their way; Ctrl%-C again ends at once", err)
    assert.is_true(linked >= 2000 and linked < 40000, out)
    assert.equal(linked, links_there())
    assert.truthy(left, out)
    portal:clear_faults()
    out, err, code = run(("import -q --from contacts --to companies --first-line %s %s"):format(line, file))
    assert.same({ "", 0 }, { err, code })
    assert.equal(40000 - linked, tonumber(out:match "linked +(%d+)"))
    assert.equal(40000, links_there())
  end)

  it("ends at SIGTERM as well, and at once at a second signal", function()
    seed(20000, 2)
    portal:fault { operation = "batch_create", delay = 0.1 }
    local file = links_csv("links.csv", 40000)
    assert.equal(143, (interrupted({ "TERM" }, file)))
    portal:clear_faults()
    portal:fault { operation = "batch_create", delay = 30 }
    local before = portal:counters().operations.batch_create
    local import = process.background(("%s build/tether import --blind --from contacts --to companies %s")
      :format(environment(), file))
    process.wait_until(function() return portal:counters().operations.batch_create > before end, "a batch")
    local over = os.time() + 30 -- when the batch would be answered
    import:signal "INT"
    import:printed "stopping after the batches on their way"
    import:signal "INT"
    assert.equal(130, (import:finish()))
    assert.is_true(os.time() < over)
    portal:clear_faults()
  end)

  it("ends at Ctrl-C while it waits for standard input", function()
    seed(2, 1)
    os.execute("mkfifo " .. path "pipe")
    local import = process.background(("%s build/tether import - --from contacts --to companies <%s")
      :format(environment(), path "pipe"))
    local feed = assert(io.open(path "pipe", "w"))
    feed:write "from,to,note\n"
    for _ = 1, 500 do feed:write("1,100001,", ("x"):rep(200), "\n") end -- more than a pipe holds: it is being read
    feed:flush()
    import:signal "INT"
    local code, text = import:finish()
    feed:close()
    assert.equal(130, code)
    assert.matches("not sent +%d+ that were read, and what follows; go on with line %d+\n", text)
  end)

  it("needs no more memory for five times the rows", function()
    -- A sink that confirms every row: the pairs of its one answer come again and again.
    local results = {}
    for i = 0, 1999 do
      results[i + 1] = ('{"fromObjectId":%d,"toObjectId":%d,"labels":[]}'):format(10000000000 + i, 20000000000 + i)
    end
    local port = nginx.free_port()
    local sink = nginx.start { port = port,
      files = { ["answer.json"] = ('{"status":"COMPLETE","results":[%s]}'):format(table.concat(results, ",")) },
      servers = ([[server { listen 127.0.0.1:%d;
        location / { error_page 405 =201 /answer.json; try_files /none =405; }
        location = /answer.json { internal; } }]]):format(port) }
    local function peak(rows)
      local file = assert(io.open(path "many.csv", "w"))
      file:write "from,to\n"
      for i = 0, rows - 1 do file:write(10000000000 + i % 2000, ",", 20000000000 + i % 2000, "\n") end
      file:close()
      local linked, kilobytes = process.peak(([[
        local tether = require "tether"
        local hub = tether.connect { token = "x", url = "http://127.0.0.1:%d" }
        return hub:import(%q, { from = "contacts", to = "companies", read = false }).linked]]):format(port,
        path "many.csv"))
      assert.equal(rows, linked)
      return kilobytes
    end
    local fine, small, large = pcall(function() return peak(200000), peak(1000000) end) -- both have more than RECENT
    sink.stop()
    assert.is_true(fine, tostring(small))
    assert.is_true(large < 64 * 1024, ("%d KB"):format(large))
    assert.is_true(large < small * 1.3, ("%d KB for 2 * 10^5 rows, %d KB for 10^6"):format(small, large))
  end)
end)
