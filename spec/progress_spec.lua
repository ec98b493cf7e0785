-- What is told of the way: rows, batches, calls, time left; the same on a job that goes on.
local files = require "spec.support.files"
local progress = require "tether.cli.shown.progress"
local socket = require "socket"
local tether = require "tether"

local function told(facts, seconds)
  local text = ""
  local err = { write = function(_, ...) text = text .. table.concat { ... } end, flush = function() end }
  local shown = progress.new(err, {})
  socket.sleep(seconds)
  shown:show(facts, true)
  return text
end

describe("progress", function()
  after_each(files.remove_all)

  it("counts rate and time left from where this run began", function()
    local text = told({ { "rows", 9000 }, part = 0.9, before = 8000, part_before = 0.8 }, 1.1)
    local rate, left = text:match "rows  (%d+) rows/s  (%d+) s left"
    assert.is_true(tonumber(rate) <= 910, text)
    assert.is_true(tonumber(left) >= 1, text)
    text = told({ { "rows", 9000 }, part = 0.9 }, 1.1)
    assert.truthy(text:find "0 s left", text)
  end)

  it("is at 100 % when it is whole, and never before", function()
    for part, percent in pairs { [0.004] = 0, [0.5] = 50, [0.996] = 99, [0.99999] = 99, [1] = 100 } do
      local text = told({ { "rows", 9000 }, part = part }, 0)
      assert.truthy(text:find("%f[%d]" .. percent .. " ?%%"), text)
    end
  end)

  it("says nothing of the time left before this run has moved", function()
    assert.is_nil(told({ { "rows", 8000 }, part = 0.8, before = 8000, part_before = 0.8 }, 0.01):find "left")
  end)

  it("of a job that goes on tells what an earlier run has done, batches and calls", function()
    local portal <close> = tether.portal()
    local lines, rows = {}, { "from,to" }
    for id = 1, 60000 do
      lines[#lines + 1] = ('{"kind":"record","type":"contacts","id":%d}'):format(id)
      rows[#rows + 1] = ("%d,9"):format(id)
    end
    lines[#lines + 1] = '{"kind":"record","type":"companies","id":9}'
    portal:seed(table.concat(lines, "\n"))
    local hub <close> = portal:connect()
    local path, job = files.write(table.concat(rows, "\n"), "csv"), files.folder() .. "/x.job"
    local plan <close> = hub:plan(path, { from = "contacts", to = "companies" })
    plan:save(job)
    local batches, seen = 0, {}
    local first <close> = hub:apply(job, { stop = function()
      batches = batches + 1
      return batches > 1
    end, on_progress = function(now) seen[#seen + 1] = now.done end })
    assert.equal("signal", first.stopped)
    assert.is_true(seen[#seen] > 0 and seen[#seen] < 60000)
    first:close()
    local pipe = assert(io.popen(("TETHER_URL=%s HUBSPOT_TOKEN=%s build/tether apply %s --progress 0 2>&1"):format(
      portal.url, portal.token, job)))
    local text = pipe:read "a"
    pipe:close()
    local done, settled, of, calls = text:match "([%d,]+) rows  ([%d,]+) of ([%d,]+) batches  ([%d,]+) calls"
    assert.equal(("%d"):format(seen[#seen]), (done:gsub(",", "")))
    assert.same({ "1", "3" }, { settled, of }, text)
    assert.is_truthy(tonumber(calls))
    assert.truthy(text:find("60,000 rows  3 of 3 batches", 1, true), text)
    assert.truthy(text:find "%d+%%  ", text)
  end)

  it("goes on in a pipe while an answer is waited for", function()
    local portal <close> = tether.portal()
    portal:seed { contacts = { { id = 101 } }, companies = { { id = 9001 } } }
    local hub <close> = portal:connect()
    local job = files.folder() .. "/x.job"
    local plan <close> = hub:plan(tether.links("contacts", "companies"):add(101, 9001))
    plan:save(job)
    portal:fault { operation = "batch_create", delay = 2, times = 1 }
    local pipe = assert(io.popen(("TETHER_URL=%s HUBSPOT_TOKEN=%s build/tether apply %s --progress 0.2 2>&1"):format(
      portal.url, portal.token, job)))
    local text = pipe:read "a"
    pipe:close()
    local lines = select(2, text:gsub("0 rows  0 of 1 batches", ""))
    assert.is_true(lines >= 4, text)
  end)
end)
