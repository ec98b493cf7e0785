-- Jobs as native values: batches and steps one by one, what a batch that was sent says of what it finds, who may open a
-- file, what is refused.
local files = require "spec.support.files"
local native = require "tether.job.native"
local values = require "tether.native"

describe("a job in the hands of its own library", function()
  local job, pair, plain
  before_each(function()
    job = assert(native.create "")
    pair = job:pair("contacts", "companies")
    plain = job:intern { { category = "HUBSPOT_DEFINED", id = 279 } }
  end)
  after_each(function()
    job:close()
    files.remove_all()
  end)

  -- The facts of a batch of two new links.
  local function added()
    local id = assert(job:add(pair, 1, { 101, 9001, 0, plain, 102, 9002, 0, plain }))
    assert(job:commit())
    return job:next(), id
  end

  it("takes no type set that it does not have, and no stage that there is not", function()
    for change, fine in pairs { [plain] = true, [plain + 1] = false, [-1] = false } do
      assert.equal(fine, (pcall(job.add, job, pair, 1, { 101, 9001, 0, change })))
      assert.equal(fine, (pcall(job.add, job, pair, 1, { 101, 9001, change, 0 })))
    end
    for stage, fine in pairs { [0] = false, true, true, true, true, true, false } do
      assert.equal(fine, (pcall(job.add, job, pair, stage, { 101, 9001, 0, plain })), stage)
    end
  end)

  it("finds changes of a batch one behind the other, and settles no others", function()
    local batch = assert(job:load(added()))
    assert.same({ 1, 2, nil }, { batch:find "pending", batch:find("pending", 1), batch:find("pending", 2) })
    local links, rows = batch:part(job, "missing", values.links(), {})
    assert.equal(2, #rows)
    assert.equal(2, #links)
    for _, run in ipairs { { 1, 3 }, { 3, 1 }, { 2, 2 } } do
      assert.is_false(pcall(batch.settle, batch, rows, values.rows(run[1], run[2]), "done"))
    end
    assert.equal(2, batch:count().pending)
    batch:settle(rows, values.rows(2, 1), "rejected")
    assert.same({ 2, nil }, { batch:find "rejected", (batch:find "done") })
    batch:replace("pending", "unknown")
    assert.same({ "unknown", "rejected" }, { select(5, batch:row(1)), (select(5, batch:row(2))) })
  end)

  it("says of what it finds that it was there before, or, when the batch was sent, that it is done", function()
    local facts, id = added()
    local current = assert(values.links())
    current:add(101, 9001, current:intern { { category = "HUBSPOT_DEFINED", id = 279 } })
    for state, result in pairs { planned = "already", sent = "done" } do
      if state == "sent" then assert(job:move(id, "sent")) end
      facts = { id = facts.id, stage = facts.stage, rows = facts.rows, state = state }
      local batch <close> = assert(job:load(facts))
      assert(batch:judge(job, current, {}))
      assert.same({ result, "pending" }, { select(5, batch:row(1)), (select(5, batch:row(2))) })
    end
  end)

  it("hands a batch to a worker with whether it was sent, in a stage that there is", function()
    local _, id = added()
    local head, changes, results = job:pack(id)
    local copy <close> = assert(native.create "")
    copy:intern { { category = "HUBSPOT_DEFINED", id = 279 } }
    assert(copy:commit())
    for state, was_sent in pairs { sent = true, planned = false } do
      head.was_sent = was_sent
      assert(copy:unpack(head, changes, results))
      assert.equal(state, copy:next().state)
    end
    for _, stage in ipairs { 0, 6, -1 } do
      head.stage = stage
      local fine, problem = pcall(copy.unpack, copy, head, changes, results)
      assert.is_false(fine)
      assert.matches("no such stage", problem, 1, true)
    end
  end)

  it("tells its steps behind one another", function()
    for _, text in ipairs { '{"a":1}', '{"b":2}', '{"c":3}' } do assert(job:step(1, text)) end
    local steps = job:steps(1, 0, 2)
    assert.same({ '{"a":1}', '{"b":2}' }, { steps[1].facts, steps[2].facts })
    local rest = job:steps(1, steps[2].id, 2)
    assert.same({ 1, '{"c":3}' }, { #rest, rest[1].facts })
    assert.same({ {}, {} }, { job:steps(1, rest[1].id, 2), job:steps(2, 0, 2) })
  end)

  it("may be read by many, and written by one", function()
    added()
    local path = files.folder() .. "/x.job"
    assert(job:save(path))
    local readers = { assert(native.open(path, false)), assert(native.open(path, false)) }
    local writer = assert(native.open(path, true))
    local other, err = native.open(path, true)
    assert.is_nil(other)
    assert.equal("JOB_BUSY", err.code)
    for _, reader in ipairs(readers) do
      assert.equal(2, reader:next().rows)
      reader:close()
    end
    writer:close()
  end)

  it("has all its batches or says that it is damaged, whichever page of its file is", function()
    for i = 1, 400 do assert(job:add(pair, 1, { i, 9001, 0, plain })) end
    assert(job:commit())
    local path = files.folder() .. "/x.job"
    assert(job:save(path))
    local whole, opened = files.content(path), 0
    local page = string.unpack(">I2", whole, 17) -- SQLite's header
    for at = page, #whole - 1, page do
      local damaged = files.write(whole:sub(1, at) .. ("\xFF"):rep(page) .. whole:sub(at + page + 1), ".job")
      local broken <close>, err = native.open(damaged, false)
      local facts, count = nil, 0
      if broken then facts, err = broken:next() end
      while facts do
        count = count + 1
        facts, err = broken:next(facts)
      end
      if facts == false then assert.equal(400, count) end
      if facts == nil then assert.equal("JOB_FILE", err and err.code) end
      opened = opened + (broken and facts == nil and 1 or 0)
    end
    assert.is_true(opened > 0) -- the page was one of its batches
  end)
end)
