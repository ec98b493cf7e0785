-- An import as a job: it goes on where it was, and its undo restores the account byte for byte.
local account = require "spec.support.account"
local files = require "spec.support.files"
local given = require "spec.support.portal"
local process = require "spec.support.process"
local shell = require "spec.support.shell"

describe("an import with a job", function()
  local portal, hub, file, job, first, payer

  before_each(function()
    portal = given.open()
    hub = portal:connect()
    payer = "279 U" .. given.label(portal, "payer", "Payer")
    hub:associate("contacts", "companies", { { 101, 9001 }, { 101, 9002, "Payer" } })
    hub.primary:set("contacts", 101, "companies", 9002)
    file = files.write("from,to,label\n101,9001,Payer\n101,9002,Payer\n102,9001,\n103,9003,Payer\n103,9009,\n" ..
      "999,9001,\nx,9001,\n", ".csv")
    job = files.folder() .. "/x.job"
    first = account.state(portal)
  end)

  after_each(function() hub:close() portal:close() end)

  teardown(files.remove_all)

  local function import(options)
    options = options or {}
    options.from, options.to, options.job = "contacts", "companies", job
    return hub:import(file, options)
  end

  it("links what can be, and tells each row that cannot", function()
    local failures = {}
    local report = import { failures = function(row) failures[#failures + 1] = row.from .. " " .. row.error.code end }
    assert.same({ 3, 1, 3, 0 }, { report.linked, report.unchanged, report.rejected, report.not_sent })
    table.sort(failures)
    assert.same({ "103 NOT_FOUND", "999 NOT_FOUND", "x BAD_ID" }, failures)
    assert.equal(payer, given.links(portal, "contacts", 103, "companies")[9003])
    assert.is_false(report:fine())
  end)

  it("is taken back, byte for byte", function()
    import()
    assert.is_true(first ~= account.state(portal))
    local back <close> = hub:undo(job)
    hub:apply(back)
    assert.equal(first, account.state(portal))
  end)

  it("goes on where it was, without the file", function()
    portal:fault { operation = "batch_create", status = 401, times = 4 }
    local report = import()
    assert.equal("UNAUTHENTICATED", report.stopped.code)
    assert.equal(5, report.not_sent)
    portal:clear_faults()
    os.remove(file)
    assert.equal(3, import().linked)
    local fine, problem = pcall(import)
    assert.same({ false, "JOB_ENDED" }, { fine, problem.code })
  end)

  it("refuses what a plan cannot do, before it reads", function()
    for name, value in pairs { create_labels = true, read = false, verify = true } do
      local fine, problem = pcall(import, { [name] = value })
      assert.same({ false, "BAD_ARGUMENT" }, { fine, problem.code }, name)
    end
  end)

  it("ends at Ctrl-C behind the requests on their way, and goes on", function()
    hub:plan(hub:links("contacts", "companies"):add(102, 9001):add(103, 9001), { piece = 1 }):save(job)
    portal:clear_log()
    portal:fault { operation = "batch_create", delay = 1, times = 1 }
    local command = process.background(("TETHER_URL=%s HUBSPOT_TOKEN=%s build/tether apply %s"):format(portal.url,
      portal.token, job))
    process.wait_until(function()
      for _, request in ipairs(portal:log()) do
        if request.path:find("/batch/read", 1, true) then return true end
      end
    end, "a batch is read")
    command:signal "INT"
    local code, text = command:finish()
    assert.equal(130, code, text)
    assert.matches("apply it again to go on", text, 1, true)
    assert.is_true(hub:apply(job):ended())
    assert.equal("279", given.links(portal, "contacts", 103, "companies")[9001])
  end)

  it("is the command's as well, and so are plan, apply, undo and job", function()
    local function run(arguments) return shell.run("tether " .. arguments, { portal = portal }) end
    local text, code = run(("import %s --from contacts --to companies --job %s"):format(file, job))
    assert.equal(1, code, text)
    assert.matches("linked%s+3\n", text)
    local back, again = job .. ".back", job .. ".again"
    text, code = run(("undo %s --out %s"):format(job, back))
    assert.equal(2, code)
    assert.matches("1 to relabel, 2 to unlink", text, 1, true)
    assert.equal(0, select(2, run("apply " .. back)))
    assert.equal(first, account.state(portal))
    local good = files.write("from,to\n101,9001\n102,9003\n", ".csv")
    text, code = run(("plan %s --from contacts --to companies --scope from --prune --out %s --json"):format(good,
      again))
    assert.equal(2, code, text)
    assert.matches('"unlink":1', text, 1, true)
    assert.equal(0, select(2, run("apply " .. again)))
    text, code = run("job " .. again)
    assert.equal(0, code)
    assert.matches("results  2 done", text, 1, true)
    assert.matches('"state":"ended".*"done":2', (run(("job %s --json"):format(again))))
    assert.equal(3, select(2, run("apply " .. again)))
    assert.equal(0, select(2, run(("plan %s --from contacts --to companies"):format(good))))
    assert.is_nil(text:find(portal.token, 1, true))
  end)
end)

it("a program that has no job maps no SQLite", function()
  if process.interpreter():find "host$" then return end -- everything is linked into it
  local script = files.write([[require "tether"
    for line in io.lines "/proc/self/maps" do
      if line:find "sqlite" or line:find "tether/job" then print(line) end
    end]], ".lua")
  assert.equal("", process.start(script).read())
  files.remove_all()
end)
