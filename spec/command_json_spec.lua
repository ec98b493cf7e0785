-- Every command, from outside: its JSON is of the shape that its help tells, and its examples run.
local command = require "tether.cli.line.command"
local common = require "tether.cli.line.common"
local fault = require "spec.support.fault"
local files = require "spec.support.files"
local json = require "cjson"
local names = require "tether.cli.line.names"
local process = require "spec.support.process"
local tether = require "tether"

local SEED = [[
{"kind":"record","type":"contacts","id":101,"properties":{"email":"jane@example.com","lastname":"Roe"}}
{"kind":"record","type":"contacts","id":102,"properties":{"email":"joe@example.com"}}
{"kind":"record","type":"companies","id":9001,"properties":{"name":"Acme/Sons","domain":"acme.example"}}
{"kind":"record","type":"companies","id":9002,"properties":{"name":"Umbrella"}}
{"kind":"label","from":"contacts","to":"companies","label":"Boss"}
{"kind":"label","from":"contacts","to":"companies","label":"Billing contact"}
]]

local PLAN = "tether plan links.csv --from contacts --to companies --out x.job"
local LABELS = '{"format":1,"pairs":[{"from":"contacts","to":"companies","labels":[{"label":"Friend"}]}]}'

-- What must have been done before a command's example makes sense.
local before = {
  apply = PLAN, job = PLAN, undo = PLAN .. "; tether apply x.job",
  primary = "tether link contacts:101 companies:9001",
  diff = "tether backup contacts:companies --out night.links; tether link contacts:101 companies:9001",
  restore = "tether link contacts:101 companies:9001; tether backup contacts:companies --out night.links; " ..
    "tether unlink contacts:101 companies:9001",
  relabel = "tether link contacts:101 companies:9001",
  ["do relabel"] = 'tether link contacts:101 companies:9001 --label "Billing contact"',
  ["do move"] = "tether link contacts:101 companies:9001",
  ["do copy"] = "tether link contacts:101 companies:9001",
  ["do labels"] = [[mkdir -p tether; umask 077; echo $HUBSPOT_TOKEN >token
printf '{"sandbox":{"url":"%s","token_file":"%s/token"}}' $TETHER_URL $PWD >tether/profiles.json]],
  unlink = 'tether link contacts:101 companies:9001 --label "Billing contact"',
}

-- Exit codes that are not 0, and why.
local codes = { plan = 2, diff = 2, undo = 2, restore = 2, -- something would change, or has
  start = 2, -- nobody to ask
  ["do orphans"] = 1 } -- more than the threshold

-- Lines by which each command answers in JSON; where the examples do not show enough, further ones.
local further = {
  link = { "tether link contacts:101 companies:9001 --label Boss --dry-run" },
  unlink = { "tether unlink contacts:101 companies:9001 --dry-run" },
  relabel = { "tether relabel contacts:101 companies:9001 --label Boss --dry-run" },
  links = { "tether link contacts:101 companies:9001 -q >&2; tether links contacts:101 companies" },
  import = { "tether import links.csv --from contacts --to companies --preflight" },
  export = { "tether link contacts:101 companies:9001 --label Boss -q >&2; tether export contacts companies" },
  count = { "tether link contacts:101 companies:9001 --label Boss -q >&2; tether count contacts companies" },
  primary = { "tether primary contacts:101 companies:9001 --dry-run", "tether primary contacts:101 companies --clear" },
  ["labels create"] = { "tether labels create contacts companies Friend --dry-run" },
  ["labels delete"] = { "tether labels delete contacts companies Boss --dry-run" },
  ["labels export"] = { "tether labels export contacts:companies" },
  ["labels apply"] = { "tether labels apply labels.json --dry-run" },
  ["records export"] = { "tether records export companies" },
  ["records import"] = { "tether records import contacts contacts.csv --key email --dry-run",
    "tether records import contacts contacts.jsonl" },
  ["records archive"] = { "tether records archive contacts 101 --dry-run" },
  request = { "tether request POST /crm/objects/2026-03/companies -F properties[name]=Acme --dry-run" },
  doctor = { "tether doctor --portal" },
}

local here = assert(os.getenv "PWD")

describe("each command", function()
  local portal, folder

  local function write(name, text) files.put(folder .. "/" .. name, text) end

  before_each(function()
    portal, folder = tether.portal(), files.folder()
    portal:seed(SEED)
    write("links.csv", "from,to,label\n101,9001,Boss\n102,9002,\n")
    write("contacts.csv", "email,lastname\njane@example.com,Doe\nnew@example.com,New\n")
    write("contacts.jsonl", '{"email":"a/b@example.com"}\n')
    write("labels.json", LABELS)
    write("rule.lua", 'return { workflow = "match", options = {} }')
    assert(os.execute(("ln -s %s/examples %s/examples"):format(here, folder)))
  end)
  after_each(function()
    portal:close()
    files.remove_all()
  end)

  local function sh(line)
    local path = folder .. "/script"
    write("script", ("cd %s; export PATH=%s/build:$PATH HUBSPOT_TOKEN=%s TETHER_URL=%s XDG_CONFIG_HOME=%s " ..
      "XDG_CACHE_HOME=%s\n%s"):format(folder, here, portal.token, portal.url, folder, folder, line))
    local running = process.background(("sh -c 'sh %s 2>%s/err </dev/null'"):format(path, folder))
    local code, text = running:finish()
    return text, code, files.content(folder .. "/err")
  end

  local function prepare(name)
    if before[name] then sh(before[name]) end
  end

  local function check_json(of, text, line)
    assert.falsy(text:find("\\/", 1, true), line)
    local count = 0
    for one in text:gmatch "[^\n]+" do
      count = count + 1
      local shape = of.kind == "lines" and (count == 1 and of.first or of.of) or of
      local fine, value = pcall(json.decode, one)
      assert.is_true(fine, line .. ": " .. one)
      assert.is_nil(fault.of(value, shape, line))
    end
    if of.kind ~= "lines" then assert.equal(1, count, line) end
  end

  for _, name in ipairs(names.all()) do
    local one = command.load(name)
    local is_server = name == "portal" or name == "work" -- spec/jobs/workers_spec.lua

    it(("tether %s: its examples run, and answer in the JSON that its help documents"):format(name), function()
      local help = sh("tether help " .. name)
      assert.is_true(#one.examples > 0)
      prepare(name)
      for _, example in ipairs(one.examples) do assert.truthy(help:find(example, 1, true)) end
      for _, line in ipairs(is_server and {} or common.joined(one.examples, further[name] or {})) do
        local text, code, err = sh((line:gsub(" %-%-json$", "")) .. (one.json and " --json" or ""))
        assert.equal(line:find "^tether apply" and 0 or codes[name] or 0, code, line .. ": " .. err)
        if one.json and (name == "apply" or not line:find "^tether apply") then
          assert.is_true(text ~= "" or line:find "%-%-output" ~= nil, line .. ": " .. err)
          check_json(one.json, text, line)
        end
      end
    end)

    if one.writes then
      it(("tether %s --dry-run writes nothing"):format(name), function()
        prepare(name)
        local dump = portal:dump()
        for _, example in ipairs(one.examples) do sh(example .. " --dry-run") end
        assert.equal(dump, portal:dump())
      end)
    end
  end
end)
