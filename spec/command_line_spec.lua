-- What all commands share, as somebody meets it who types: mistakes, terminals, profiles, the first start.
local account = require "spec.support.account"
local files = require "spec.support.files"
local shell = require "spec.support.shell"

local SEED = [[
{"kind":"record","type":"contacts","id":101,"properties":{"email":"jane@example.com","lastname":"A very long name"}}
{"kind":"record","type":"companies","id":9001}
]]

describe("the command line", function()
  local portal, folder
  before_each(function() portal, folder = account.open(SEED), files.folder() end)
  after_each(function() account.close() files.remove_all() end)

  local function sh(line, is_connected)
    return shell.run(line, { folder = folder, portal = portal, token = is_connected == false and "" or nil,
      environment = "XDG_CONFIG_HOME=" .. folder })
  end

  -- The same on a terminal, with what is typed; each answer is typed behind its question.
  local function on_terminal(line, typed)
    local script = files.write(line)
    return sh(("printf '%s' | TERM=xterm COLUMNS=34 script -qec 'sh %s' /dev/null"):format(typed or "", script), false)
  end

  it("names what a mistyped command, verb, option or choice may have meant, and exits with 2", function()
    for line, meant in pairs { ["imoprt x"] = '"import"', ["records lst contacts"] = '"list"', ["labels"] = "create",
      ["lables list"] = '"labels"', ["count a b --jsn"] = '"--json"', ["help lables"] = '"labels"',
      ["help imprt"] = 'did you mean "import"?',
      ["import x --missing eror"] = '"error"', ["request GTE /x"] = '"GET"', ["count contacts"] = "TO is missing",
      ["link contacts101 companies:1"] = "contacts:101", ["count contcts companies"] = '"contacts"',
      ["count a b --profile defalt"] = "tether start",
      ["count a b --profile"] = "--profile needs a value",
      ["records list contacts --limit"] = "--limit needs a value" } do
      local text, code = sh("tether " .. line)
      assert.equal(2, code, line .. ": " .. text)
      assert.truthy(text:find(meant, 1, true), line .. ": " .. text)
    end
  end)

  it("helps at -h as at --help", function()
    local long, code = sh "tether import --help"
    assert.same({ long, code }, { sh "tether import -h" })
    assert.equal(0, code)
    assert.matches("^Import links from a file", long)
    for _, noun in ipairs { "records", "labels" } do
      assert.same({ sh("tether " .. noun .. " --help") }, { sh("tether " .. noun .. " -h") })
      assert.matches("tether " .. noun .. " ", (sh("tether " .. noun .. " -h")))
    end
  end)

  it("takes --name=value, flags that stand together, and a -- before words that begin with a dash", function()
    assert.same({ '{"all":0,"labels":{},"unlabeled":0,"primary":0}\n', 0 },
      { sh "tether count contacts companies --json --concurrency=2 -q" })
    assert.same({ "101\n", 0 }, { sh "tether records get -q contacts -- 101 | tail -1" })
    assert.equal(2, select(2, sh "tether count contacts companies --json=yes"))
  end)

  it("exits with 3 when its help cannot be written", function()
    for _, line in ipairs { "tether --help", "tether help records", "tether link --help", "tether version",
      "tether help --json" } do
      assert.equal(3, select(2, sh(line .. " >/dev/full")), line)
    end
  end)

  local LIST = "tether records list contacts --properties email,lastname"

  it("separates columns by tabs in a pipe", function()
    assert.equal("id\temail\tlastname\n101\tjane@example.com\tA very long name\n", (sh(LIST)))
  end)

  it("fits a table to the terminal, with colour unless NO_COLOR is set", function()
    local connect = ("HUBSPOT_TOKEN=%s "):format(portal.token)
    local shown = on_terminal(connect .. LIST)
    assert.matches("\27%[1mid", shown)
    local plain = on_terminal(connect .. "NO_COLOR=1 " .. LIST)
    assert.not_matches("\27", plain)
    assert.matches("…", plain)
    for line in plain:gmatch "[^\r\n]+" do assert.is_true(utf8.len(line) <= 34, line) end
    for _, told in ipairs { "unset COLUMNS; ", "export COLUMNS=0; ", "export COLUMNS=-1; ", "export COLUMNS=wide; " } do
      local shown_whole = on_terminal(told .. "stty rows 0 cols 0; " .. connect .. LIST)
      assert.matches("A very long name", shown_whole, 1, true)
    end
  end)

  describe("tether start", function()
    it("says what to do instead where there is no terminal", function()
      local text, code = sh "tether start"
      assert.equal(2, code)
      assert.matches("HUBSPOT_TOKEN", text)
    end)

    it("checks a token and stores it as a profile that others cannot read", function()
      local text, code = on_terminal("tether start --url " .. portal.url, portal.token .. "\\n")
      assert.equal(0, code, text)
      assert.matches("Stored as the profile", text)
      assert.matches("^600 600\n", (sh "stat -c %a tether/*.json tether/*.token | paste -sd' '"))
      assert.not_matches(portal.token, files.content(folder .. "/tether/profiles.json"), 1, true)
      for _, named in ipairs { "", "--profile default" } do
        local line = "unset TETHER_URL; tether count contacts companies -q " .. named
        assert.matches("^0\t%(all%)\n", (sh(line, false)))
      end
    end)

    it("stores nothing of a token that is refused", function()
      local text, code = on_terminal("tether start --url " .. portal.url, "pat-na1-wrong\\n")
      assert.equal(1, code, text)
      assert.matches("nothing was stored", text)
      assert.is_nil(io.open(folder .. "/tether/profiles.json"))
    end)

    it("offers the portal to somebody without a token", function()
      local text, code = on_terminal("tether start", "\\n")
      assert.equal(0, code)
      assert.matches("tether portal", text)
    end)
  end)

  it("refuses a file of profiles that others can read, and says how to mend it", function()
    on_terminal("tether start --url " .. portal.url, portal.token .. "\\n")
    local text, code = sh("chmod 644 tether/profiles.json; tether count contacts companies --profile default", false)
    assert.equal(3, code)
    assert.matches("chmod 600", text)
  end)
end)
