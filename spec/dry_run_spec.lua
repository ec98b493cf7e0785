-- A dry run says what the command would do, and leaves account, job and labels as they are.
local account = require "spec.support.account"
local files = require "spec.support.files"
local shell = require "spec.support.shell"
local tether = require "tether"

local SEED = [[
{"kind":"record","type":"contacts","id":101,"properties":{"email":"jane@example.com"}}
{"kind":"record","type":"contacts","id":102}
{"kind":"record","type":"companies","id":9001}
{"kind":"record","type":"companies","id":9002}
]]

describe("a dry run", function()
  local portal, folder
  before_each(function() portal, folder = account.open(SEED), files.folder() end)
  after_each(function() account.close() files.remove_all() end)

  local function sh(line, other) return shell.run(line, { folder = folder, portal = other or portal }) end

  -- What it says; the account is afterwards what it was before.
  local function idle(line, wanted_code, other)
    other = other or portal
    local before, job = other:dump(), sh "cat x.job 2>/dev/null | md5sum"
    local text, code = sh(line, other)
    assert.equal(wanted_code, code, text)
    assert.equal(before, other:dump())
    assert.equal(job, (sh "cat x.job 2>/dev/null | md5sum"))
    return text
  end

  it("of an import is a plan, with labels that are to be made and rows that cannot go", function()
    sh "printf 'from,to,label\\n101,9001,Boss\\n101,9002,\\n102,9001,boss\\n' >links.csv"
    local import = "tether import links.csv --from contacts --to companies --dry-run "
    local text = idle(import .. "--create-labels", 0)
    assert.matches("^3 to link;.*labels to be made: Boss", text)
    assert.matches("link +101 %-> 9001  no link => Boss", text)
    text = idle(import, 1)
    assert.matches('line 2: contacts to companies has no label "Boss"', text, 1, true)
    assert.matches("1 to link;.*2 rows cannot be imported", text)
    sh "printf 'from,to\\nemail=bob@example.com,9001\\nemail=jane@example.com,9001\\n' >keys.csv"
    text = idle("tether import keys.csv --from contacts --to companies --dry-run --missing create --json", 0)
    assert.matches('"rows":2,"fine":true,"linked":1,.*1 rows name records to be made', text)
  end)

  it("of an import tells what an import then does", function()
    sh "printf 'from,to,label\\n101,9001,Boss\\n101,9002,\\n102,9001,Boss\\n' >links.csv"
    sh "tether link contacts:101 companies:9002"
    local import = "tether import links.csv --from contacts --to companies --create-labels --json"
    local would = idle(import .. " --dry-run", 0)
    local did = sh(import)
    for _, name in ipairs { "linked", "unchanged" } do
      local pattern = ('"%s":(%%d+)'):format(name)
      assert.equal(did:match(pattern), would:match(pattern), name)
    end
  end)

  it("of a job reads what is left of it, and what others have changed since", function()
    sh "printf 'from,to\\n101,9001\\n101,9002\\n102,9001\\n' >links.csv"
    assert.equal(2, select(2, sh "tether plan links.csv --from contacts --to companies --out x.job"))
    assert.equal("3 would be written\n", idle("tether apply x.job --dry-run", 0))
    sh "tether link contacts:101 companies:9002"
    assert.equal("2 would be written, 1 were right already\n", idle("tether apply x.job --dry-run", 0))
    assert.matches('"pending":2,"dry_run":true', idle("tether apply x.job --dry-run --json", 0), 1, true)
    assert.matches("2 done, 1 were right already", (sh "tether apply x.job"))
    assert.matches("JOB_ENDED", idle("tether apply x.job --dry-run", 3))
  end)

  it("of a backup's restoring names the labels that would be made, and keeps no plan of them", function()
    assert.equal(0, select(2, sh [[tether labels create contacts companies Boss --inverse Clerk &&
      tether labels create contacts contacts Parent --inverse Child &&
      tether link contacts:101 companies:9001 --label Boss && tether link contacts:102 contacts:101 --label Parent &&
      tether backup contacts:companies contacts:contacts --out night.links]]))
    local other <close> = tether.portal()
    other:seed(SEED)
    assert.matches("LABEL_UNKNOWN", idle("tether restore night.links", 3, other))
    local text = idle("tether restore night.links --create-labels --dry-run", 2, other)
    assert.matches('would make "Boss" (contacts to companies), ', text, 1, true)
    assert.matches("2 to link", text)
    assert.matches("101 %-> 9001  no link => Boss", text)
    assert.matches("101 %-> 102  no link => Child", text)
    text = idle("tether restore night.links --create-labels --dry-run --out x.job", 3, other)
    assert.matches("PLAN_REFUSED", text)
    assert.equal(2, select(2, sh("tether restore night.links --create-labels --out x.job", other)))
    assert.matches("2 done", (sh("tether apply x.job", other)))
  end)
end)
