-- tether export and tether count as people run them, against a portal on a socket.
local account = require "spec.support.account"
local files = require "spec.support.files"
local process = require "spec.support.process"
local tether = require "tether"

local folder, portal, hub

-- Nil: there is none.
local function content(name)
  local file <close> = io.open(folder .. "/" .. name, "rb")
  return file and file:read "a"
end

-- Runs a command line; answers stdout, stderr and the exit code.
local function run(line)
  local _, _, code = os.execute(("HUBSPOT_TOKEN=%s TETHER_URL=%s build/tether %s >%s/out 2>%s/err"):format(portal.token,
    portal.url, line, folder, folder))
  return content "out", content "err", code
end

local function sorted_lines(text)
  local lines = {}
  for line in text:gmatch "[^\n]+" do lines[#lines + 1] = line end
  table.sort(lines)
  return lines
end

describe("tether export and count", function()
  setup(function()
    folder = files.folder()
    portal, hub = account.open(account.numbered { contacts = { 1, 1500 }, companies = { 9001, 9003 } })
    for _, label in ipairs { "Boss", "Clerk; second" } do hub.labels:ensure("contacts", "companies", label) end
    local links = tether.links("contacts", "companies")
    links:add(1, 9001, { "primary", "Boss" }):add(1, 9002)
    links:add(2, 9003, "Boss"):add(3, 9003, { "Boss", "Clerk; second" })
    for i = 4, 1500 do links:add(i, 9001) end
    hub:associate(links):assert()
  end)
  teardown(function() account.close() files.remove_all() end)
  before_each(function() portal:clear_log() end)

  it("writes every link of every record to stdout, and its progress to stderr", function()
    local out, err, code = run "export contacts companies --progress 60"
    assert.equal(0, code)
    local lines = sorted_lines(out)
    assert.equal(1502, #lines) -- and the header
    assert.equal("1,9001,Boss,true", lines[1])
    assert.equal("from,to,labels,primary\n", out:match "^.-\n")
    assert.matches("\n2,9003,Boss,\n", out)
    assert.matches("1,500 records  1,501 links  17 calls", err)
    local operations = {}
    for _, request in ipairs(portal:log()) do
      local name = request.path:match "batch/read" or "page"
      operations[name] = (operations[name] or 0) + 1
    end
    assert.same({ ["batch/read"] = 2, page = 15 }, operations)
  end)

  it("writes JSON lines of the records of a file, to a file that is there when it is whole", function()
    local ids = assert(io.open(folder .. "/ids.csv", "w"))
    ids:write "id\n1\n3\n700\n"
    ids:close()
    local line = ("export contacts companies -q --ids %s/ids.csv -o %s/links.jsonl"):format(folder, folder)
    local out, err, code = run(line)
    assert.same({ "", "", 0 }, { out, err, code })
    assert.same({ '{"from":1,"to":9001,"labels":["Boss"],"primary":true}', '{"from":1,"to":9002}',
      '{"from":3,"to":9003,"labels":["Boss","Clerk; second"]}', '{"from":700,"to":9001}' },
      sorted_lines(content "links.jsonl"))
    assert.is_nil(content "links.jsonl.part")
  end)

  it("makes a file that an import takes: everything is there already", function()
    for _, ending in ipairs { "jsonl", "csv" } do
      local _, _, code = run(("export contacts companies -q -o %s/all.%s"):format(folder, ending))
      assert.equal(0, code)
      local out = run(("import -q %s/all.%s --from contacts --to companies"):format(folder, ending))
      assert.matches("linked +0\nunchanged +1501\n", out)
    end
  end)

  it("counts by label", function()
    local out, _, code = run "count contacts companies -q"
    assert.equal(0, code)
    assert.equal("1501\t(all)\n3\tBoss\n1\tClerk; second\n1498\t(no label)\n1\t(primary)\n", out)
    local pipe = assert(io.popen(("printf '2\\n3\\n' | HUBSPOT_TOKEN=%s TETHER_URL=%s build/tether count -q " ..
      "contacts companies --ids -"):format(portal.token, portal.url)))
    assert.equal("2\t(all)\n2\tBoss\n1\tClerk; second\n", pipe:read "a")
    pipe:close()
  end)

  it("leaves no file that looks whole when it was ended early", function()
    portal:fault { operation = "batch_read", delay = 0.5 }
    local export = process.background(("HUBSPOT_TOKEN=%s TETHER_URL=%s build/tether export contacts companies " ..
      "--concurrency 1 -o %s/early.csv"):format(portal.token, portal.url, folder))
    process.wait_until(function() return content "early.csv.part" end, "a part of the file")
    export:signal "INT"
    local code, text = export:finish()
    portal:clear_faults()
    assert.equal(130, code)
    assert.is_nil(content "early.csv")
    assert.matches("^from,to,labels,primary\n", content "early.csv.part")
    assert.matches("not all links are written", text)
  end)

  it("writes to a device or a pipe as it is, and refuses a folder before it reads", function()
    local _, _, code = run("export contacts companies -o /dev/null")
    assert.equal(0, code)
    assert(os.execute "test -c /dev/null")
    os.execute(("mkfifo %s/fifo; cat %s/fifo >%s/piped &"):format(folder, folder, folder))
    _, _, code = run(("export contacts companies -o %s/fifo"):format(folder))
    assert.equal(0, code)
    assert(os.execute(("test -p %s/fifo"):format(folder)))
    local _, err, refused = run("export contacts companies -o " .. folder)
    assert.equal(3, refused)
    assert.equal(("tether: FILE_FAILED: cannot write %s: it is a folder\n"):format(folder), err:match "^[^\n]*\n")
  end)

  it("says so when what it prints cannot be written", function()
    for _, line in ipairs { "count contacts companies", "types contacts companies", "--version" } do
      local _, _, code = os.execute(("HUBSPOT_TOKEN=%s TETHER_URL=%s build/tether %s >/dev/full 2>%s/err"):format(
        portal.token, portal.url, line, folder))
      assert.equal(3, code, line)
      assert.matches("FILE_FAILED: cannot write standard output: No space left", content "err")
    end
  end)

  it("exits with 2 and 3 when it cannot", function()
    for line, expected in pairs { ["export contacts"] = 2, ["export contcts companies"] = 2, ["count a b"] = 2,
      ["export contacts companies --ids /nonexistent"] = 3, ["count contacts companies --ids /nonexistent"] = 3,
      ["export contacts companies -o /nonexistent/x"] = 3, ["export contacts companies --format xml"] = 2 } do
      local out, err, code = run(line)
      assert.equal(expected, code, line)
      assert.equal("", out, line)
      assert.is_true(#err > 20, line)
    end
    local _, _, code = os.execute(("HUBSPOT_TOKEN=%s TETHER_URL=%s build/tether export contacts companies -q " ..
      ">/dev/full 2>%s/err"):format(portal.token, portal.url, folder))
    assert.equal(3, code)
    assert.matches("FILE_FAILED: cannot write standard output: No space left", content "err")
  end)
end)
