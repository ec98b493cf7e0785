-- The jobs of teams on the command line, as somebody types them who has read the README: rightly, and wrongly.
local files = require "spec.support.files"
local json = require "cjson"
local names = require "tether.cli.line.names"
local process = require "spec.support.process"
local tether = require "tether"

local here = assert(os.getenv "PWD")

describe("tether do", function()
  local portal, folder

  local function write(name, text)
    files.put(folder .. "/" .. name, text)
    return name
  end

  before_each(function()
    portal, folder = tether.portal(), files.folder()
    portal:seed(files.content "examples/data/workflows.jsonl" .. [[
{"kind":"label","from":"contacts","to":"companies","label":"Chief","name":"chief"}
]])
    write("rule.lua", 'return { workflow = "match", options = {} }')
    write("merged.csv", "old,new\n9003,9002\n")
    write("labels.json", '{"format":1,"pairs":[{"from":"contacts","to":"companies","labels":[{"label":"Friend"}]}]}')
  end)
  after_each(function()
    portal:close()
    files.remove_all()
  end)

  -- Another account, as a profile of this user.
  local function with_profile(account, name)
    os.execute(("cd %s && mkdir -p tether && umask 077 && echo %s >token && echo '%s' >tether/profiles.json"):format(
      folder, account.token, json.encode { [name] = { url = account.url, token_file = folder .. "/token" } }))
  end

  local function sh(line, url)
    local command = ("cd %s; export PATH=%s/build:$PATH HUBSPOT_TOKEN=%s TETHER_URL=%s XDG_CONFIG_HOME=%s\n%s"):format(
      folder, here, portal.token, url or portal.url, folder, line)
    local running = process.background(("sh -c 'sh %s 2>%s/err </dev/null'"):format(folder .. "/" ..
      write("script", command), folder))
    local code, text = running:finish()
    return code, text, files.content(folder .. "/err")
  end

  -- The commands of a text that is written in lines, without what is told behind them.
  local function lines_of(text)
    local lines = {}
    for line in text:gmatch "\n    (tether do [^\n]+)" do lines[#lines + 1] = line:gsub("%s+#.*$", "") end
    return lines
  end

  local function of_table(text)
    local lines = {}
    for line in text:gmatch "`(tether do [^`]+)`" do lines[#lines + 1] = line end
    return lines
  end

  local function verb_of(line)
    return line:match "^tether do (%w+)"
  end

  local function check_run(line)
    local code, text, err = sh(line)
    assert.is_true(code >= 0 and code <= 2, line .. ": " .. err)
    assert.is_nil(err:find("Try: tether", 1, true), line .. ": " .. err)
    assert.is_nil(err:match "tether: [A-Z]+_?[A-Z]+:", line .. ": " .. err)
    assert.is_true(#text > 0, line)
    return code
  end

  it("does each job of the README in a line, as it stands there, and writes nothing that was not asked for", function()
    local other <close> = tether.portal()
    with_profile(other, "sandbox")
    local lines, seen = lines_of(files.content("README.md"):match "\n## Workflows\n(.-)\n## "), {}
    assert.equal(12, #lines)
    for _, line in ipairs(lines) do
      seen[verb_of(line)] = true
      local before = portal:dump()
      check_run(line)
      if verb_of(line) ~= "keep" then assert.equal(before, portal:dump(), line) end
    end
    seen.copy = true -- as move
    for _, name in ipairs(names.of_noun "do") do assert.is_true(seen[name:match "%S+$"], name) end
  end)

  it("does each job of the guide in a line, and --apply comes to an end that a second run leaves", function()
    local other <close> = tether.portal()
    with_profile(other, "sandbox")
    local hub <close> = portal:connect()
    hub:update("companies", 9002, { parent_domain = "acme.example" })
    local guide = files.content("lua/tether/guide/workflows.md")
    local lines = of_table(guide:match "\n## The same from the shell\n(.-)\n## ")
    assert.is_true(#lines >= 13)
    for _, line in ipairs(lines) do
      check_run(line)
      if line:find("--apply", 1, true) then assert.equal(0, check_run(line), line) end
    end
  end)

  it("takes at most three lines of Lua for each job in the guide, which spec/guide_spec.lua runs", function()
    local guide, count = files.content("lua/tether/guide/workflows.md"):match "\n## Twelve jobs\n(.-)\n## ", 0
    for block in guide:gmatch "```lua\n(.-)```" do
      count = count + 1
      assert.is_true(select(2, block:gsub("\n", "")) <= 3, block)
    end
    assert.equal(12, count)
  end)

  it("refuses a job file and a page that could not be made before anything is read", function()
    write("x.job", "")
    for _, line in ipairs { "do match --out x.job", "do match --out no/x.job", "do match --html no/x.html",
      "plan merged.csv --from contacts --to companies --out x.job", "run --shadow --out x.job rule.lua" } do
      local code, text, err = sh("tether " .. line)
      assert.same({ 3, "" }, { code, text }, line)
      assert.matches("FILE_FAILED: .*x%.", err)
    end
    assert.equal(0, portal:counters().requests)
  end)

  it("leaves to out of the JSON of records that are told as a whole", function()
    local _, text = sh "tether do orphans contacts companies --json"
    local told = 0
    for line in text:gmatch "[^\n]+" do
      local one = json.decode(line)
      if one.action == "left" then
        told = told + 1
        assert.same({ action = "left", from = 102, text = "0 of 1 links to companies" }, one)
      end
    end
    assert.equal(1, told)
  end)

  it("tells records without a middle one where they were named, at no call more", function()
    write("ids", "501\n503\n")
    local code, text = sh "tether do inherit deals companies --via contacts --ids ids"
    assert.equal(2, code)
    assert.matches("1 to link; 1 left as they are", text, 1, true)
    assert.matches("left      503  it has no link to contacts\n", text, 1, true)
    local calls = portal:counters().operations.batch_read
    write("ids", "502\n503\n")
    code, text = sh "tether do inherit deals companies --via tickets --ids ids"
    assert.equal(0, code)
    assert.matches("left      502  it has no link to tickets\n", text, 1, true)
    assert.equal(calls + 2, portal:counters().operations.batch_read) -- who has none, and what the middle is
    code, text = sh "tether do inherit deals companies --via tickets"
    assert.same({ 3, "" }, { code, text })
  end)

  it("takes definitions from another account, which is only read", function()
    local other <close> = tether.portal()
    other:seed '{"kind":"label","from":"contacts","to":"companies","label":"Partner","name":"partner"}'
    with_profile(other, "live")
    local theirs, ours = other:dump(), portal:dump()
    local code, text = sh "tether do labels contacts:companies --from-profile live"
    assert.equal(2, code)
    assert.matches("1 labels to create, .-\n  create  contacts to companies: Partner\n", text)
    assert.equal(ours, portal:dump())
    code, text = sh(("tether do labels contacts:companies --from-token-file token --from-url %s --apply"):format(
      other.url))
    assert.equal(0, code)
    assert.matches("1 labels created", text, 1, true)
    assert.equal(0, (sh "tether do labels contacts:companies --from-profile live"))
    assert.equal(theirs, other:dump())
    for line, told in pairs { ["contacts:companies --from-profile lvie"] = 'no profile "lvie"',
      ["contacts:companies --from-url http://127.0.0.1:1"] = "--from-url needs",
      ["contacts:companies deals:*"] = "one file is taken", ["contacts:companies"] = "cannot read" } do
      local failed, out, err = sh("tether do labels " .. line)
      assert.is_true(failed >= 2 and out == "", line)
      assert.matches(told, err, 1, true)
    end
  end)

  it("makes a folder of snapshots that has a plain name, and no other", function()
    local code, text, err = sh "tether do snapshot nights contacts:companies"
    assert.equal(0, code, err)
    assert.matches("^2 links: nights/", text)
    assert.matches("the folder nights is made", err, 1, true)
    code, text, err = sh "tether do snapshot disk/nights contacts:companies"
    assert.same({ 3, "" }, { code, text })
    assert.matches("mkdir -p disk/nights", err, 1, true)
  end)

  local refused = {
    ["orphans contacts companies --threshold -1"] = "threshold",
    ["orphans contacts companies --threshold=-5%"] = "threshold",
    ["orphans contacts companies --threshold five"] = "threshold",
    ["orphans contacts companies --min 0"] = "min",
    ["inherit deals companies"] = "--via is missing",
    ["inherit deals companies --via contcts"] = 'did you mean "contacts"',
    ["inherit deals companies --via contacts --label Bos"] = "Bos",
    ["inherit deals companies --via contacts --choose first"] = "only or primary or recent",
    ["inherit deals companies --via tickets"] = "nothing comes through it",
    ["match --fre x"] = "--free", ["mtach"] = 'did you mean "match"?',
    ["primary --choose label"] = "label",
    ["relabel contacts companies Bos Chief"] = "Boss",
    ["move companies 9001"] = "", ["move companies 9001 x"] = "x", ["move companies --map twice.csv"] = "9001",
    ["copy companies --map none.csv"] = "none.csv",
    ["split contacts companies 9001"] = "by or file",
    ["split contacts companies 9001 --by city --to Berlin"] = "Berlin=9002",
    ["split contacts companies 9001 --by cty --to Berlin=9002"] = "cty",
    ["tree"] = "", ["tree --parent city --key domain"] = "9001",
    ["limits contacts"] = "contacts:companies", ["limits contacts:companies --near 2"] = "between 0 and 1",
    ["snapshot nights contacts"] = "contacts:companies", ["keep none.lua"] = "none.lua",
    ["match --changed-since yesterday"] = "yesterday", ["match --ids none"] = "none",
  }
  it("refuses what is mistyped, and what cannot be meant, with what to do, and writes nothing", function()
    write("twice.csv", "old,new\n9001,9002\n9001,9003\n")
    local hub <close> = portal:connect() -- a circle: the parent of each is the other
    hub:update("companies", { { id = 9001, properties = { city = "eu.acme.example" } },
      { id = 9002, properties = { city = "acme.example" } } })
    local before = portal:dump()
    for line, told in pairs(refused) do
      local code, text, err = sh("tether do " .. line)
      assert.is_true(code == 2 or code == 3, ("%s: %d %s"):format(line, code, err))
      assert.equal("", text, line)
      assert.matches(told, err, 1, true, line)
      assert.truthy(err:find "what to do: [^\n]+\n$" or err:find "Try: [^\n]+\n$", line .. ": " .. err)
      assert.is_nil(err:match "%.lua:%d+:", line .. ": " .. err)
    end
    assert.equal(before, portal:dump())
  end)

  it("says that nobody answers where there is no network", function()
    for _, name in ipairs { "match", "inherit deals companies --via contacts", "limits contacts:companies",
      "snapshot nights contacts:companies", "keep rule.lua" } do
      local command = "sh -c 'cd %s; TETHER_URL=http://127.0.0.1:1 HUBSPOT_TOKEN=x exec %s/build/tether do %s'"
      local running = process.background(command:format(folder, here, name))
      running:printed "trying again, for at most 120 s"
      running:signal "INT"
      assert.equal(130, (running:finish()), name)
    end
  end)

  it("ends at Ctrl-C in the middle of --apply, and the next run does the rest and no more", function()
    local account <close> = tether.portal { switches = { batch_create_most = 50 } }
    local lines = { '{"kind":"record","type":"companies","id":9001,"properties":{"domain":"acme.example"}}' }
    for id = 10001, 10600 do
      local line = '{"kind":"record","type":"contacts","id":%d,"properties":{"email":"a%d@acme.example"}}'
      lines[#lines + 1] = line:format(id, id)
    end
    account:seed(table.concat(lines, "\n"))
    account:fault { operation = "batch_create", delay = 300, nth = 8, times = 100 }
    local line = "sh -c 'TETHER_URL=%s HUBSPOT_TOKEN=%s exec build/tether do match --apply --concurrency 1'"
    local command = line:format(account.url, account.token)
    local running = process.background(command)
    process.wait_until(function() return (account:counters().operations.batch_create or 0) >= 8 end, "8 requests")
    running:signal "INT INT"
    local code, text = running:finish()
    assert.equal(130, code, text)
    assert.matches("\n75 done, 75 unknown, 450 not sent", text, 1, true)
    assert.matches("the same command does the rest", text, 1, true)
    assert.is_nil(text:find("apply it again", 1, true), text) -- there is no file to apply: one advice
    account:clear_faults()
    for _ = 1, 2 do
      running = process.background(command)
      code, text = running:finish()
      assert.equal(0, code, text)
    end
    assert.equal("0 done\n", text)
    assert.equal(600, select(2, account:dump():gsub('"kind":"link"', "")))
  end)
end)
