-- Plans at their edges: the last removal that nobody must allow, what is left over, and what a look at a job says.
local account = require "spec.support.account"
local failure = require "spec.support.failure"
local files = require "spec.support.files"
local status = require "tether.plan.status"
local tether = require "tether"

describe("a plan at its edges", function()
  local portal, hub, folder
  before_each(function()
    portal, hub = account.open(nil, { retry_pause = 0.01 })
    folder = files.folder()
  end)
  after_each(function() account.close() files.remove_all() end)

  local function two()
    return tether.links("contacts", "companies"):add(101, 9001):add(102, 9002)
  end

  it("says when there is nothing to do", function()
    hub:associate(two()):assert()
    local plan <close> = hub:plan(two())
    assert.matches("^nothing to do, 2 right already", tostring(plan))
  end)

  it("takes away a hundred links where nobody says how many, and no more", function()
    local lines, set = {}, tether.links("contacts", "companies")
    for id = 1001, 1101 do
      lines[#lines + 1] = ('{"kind":"record","type":"companies","id":%d}'):format(id)
      set:add(101, id)
    end
    portal:seed(table.concat(lines, "\n"))
    hub:associate(set):assert()
    local none = tether.links("contacts", "companies"):add(101, 1001)
    local plan <close> = hub:plan(none, { scope = "from", prune = true })
    assert.equal(100, plan.unlink)
    hub:associate("contacts", 101, "companies", 9001):assert()
    assert.equal("PLAN_REFUSED", failure(hub.plan, hub, none, { scope = "from", prune = true }).code)
  end)

  it("is shown, or applied, by the last line of a script, which gives the exit code", function()
    hub.labels:ensure("contacts", "companies", "Boss")
    hub.limits:set("contacts", "companies", { Boss = 1 })
    hub:associate("contacts", 101, "companies", 9001, "Boss"):assert()
    local function last_line(set, ...)
      local printed, before = {}, print
      _G.print = function(value) printed[#printed + 1] = tostring(value) end
      local plan <close> = hub:plan(set)
      local fine, code = pcall(plan.show_or_apply, plan, ...)
      _G.print = before
      return fine and code or code.code, table.concat(printed, "\n")
    end
    local set = tether.links("contacts", "companies"):add(101, 9002, "Boss"):add(102, 9002)
    local code, text = last_line(set)
    assert.equal(2, code)
    assert.matches("^1 to link; 1 over a limit; .-\nblocked: 101 %-> 9002, [^\n]+$", text)
    assert.equal(0, #hub:associations("contacts", 102, "companies"))
    portal:fault { operation = "batch_create", times = 1, status = 400, body = { message = "no" } }
    code, text = last_line(set, true)
    assert.equal(1, code, text)
    code, text = last_line(set, true)
    assert.equal(0, code)
    assert.matches("\n1 done$", text)
    assert.equal(1, #hub:associations("contacts", 102, "companies"))
    assert.equal(0, (last_line(two():slice(2, 2), false)))
    assert.equal("BAD_ARGUMENT", (last_line(set, "--apply")))
  end)

  it("costs as many calls as applying it takes", function()
    hub.labels:ensure("contacts", "companies", "Boss")
    hub:associate("contacts", "companies", { { 101, 9001, "Boss" }, { 103, 9003 } }):assert()
    local plan <close> = hub:plan(two():add(103, 9001, "Boss"), { scope = "from", prune = true, labels = "exactly" })
    local before = hub:stats().requests
    hub:apply(plan):assert()
    assert.equal(plan.calls, 1 + hub:stats().requests - before) -- who the account is this hub knows already
  end)

  it("is refused where the limits cannot be read for another reason than a missing right", function()
    for _, limits in ipairs { { 403, "plan" }, { 401, "UNAUTHENTICATED" }, { 400, "INVALID" } } do
      local other <close> = portal:connect { retry_for = 0 }
      portal:fault { operation = "limits_list", status = limits[1], body = { message = "no" } }
      local fine, err = pcall(other.plan, other, two())
      portal:clear_faults()
      assert.equal(limits[2], fine and "plan" or err.code)
    end
  end)

  it("is not fine where others have changed what it would, and is used up all the same", function()
    hub.labels:ensure("contacts", "companies", "Boss")
    hub.labels:ensure("contacts", "companies", "Clerk")
    hub:associate("contacts", 101, "companies", 9001, "Boss")
    local plan <close> = hub:plan(tether.links("contacts", "companies"):add(101, 9001, "Clerk"), { labels = "exactly" })
    hub:relabel("contacts", "companies", { { 101, 9001, {} } })
    hub:dissociate("contacts", 101, "companies", 9001)
    local report = hub:apply(plan)
    assert.equal(1, report.drifted)
    assert.same({ false, true }, { report:fine(), report:ended() })
    assert.equal("ROWS_FAILED", failure(report.assert, report).code)
    assert.is_nil(tostring(report):find("apply it again", 1, true))
  end)

  it("is begun and not ended where a batch's end is unknown, and goes on by the same file", function()
    local path = folder .. "/x.job"
    local plan = hub:plan(two())
    plan:save(path)
    plan:close()
    local looked = status.open(path)
    assert.equal("planned", looked.state)
    looked:close()
    portal:fault { operation = "batch_create", status = 502 }
    portal:fault { operation = "batch_default", status = 502 }
    local other <close> = portal:connect { retry_for = 0 }
    local report = other:apply(path)
    assert.same({ 2, false, false }, { report.unknown + report.pending, report:fine(), report:ended() })
    assert.matches("apply it again to go on", tostring(report))
    report:close()
    looked = status.open(path)
    assert.equal("begun", looked.state)
    looked:close()
    portal:clear_faults()
    assert.equal(2, hub:apply(path):assert().done)
    looked = status.open(path)
    assert.equal("ended", looked.state)
    looked:close()
  end)
end)
