-- A foreign loop watches one descriptor: it is readable whenever there is something to do, whatever brought it about.
local socket = require "socket"
local tether = require "tether"

local LONGEST = 30 -- seconds: a bound, far above what anything here takes

describe("a session's descriptor", function()
  local portal, hub
  before_each(function()
    portal = tether.portal()
    portal:seed("contacts", 101)
  end)
  after_each(function() hub:close() portal:close() end)

  local function object(session)
    local fd = session:fd()
    return { getfd = function() return fd end }
  end

  local function is_readable(watched, seconds)
    return #socket.select({ watched }, nil, seconds) == 1
  end

  local function submit()
    return assert(hub.session:submit("GET", "/crm/objects/2026-03/contacts/101", nil, "record_get"))
  end

  -- Steps only when the descriptor is readable, until nothing is left; answers what has come.
  local function drive(watched)
    local native, came = hub.session.native, {}
    while true do
      for ticket, answer, err in function() return native:take() end do came[ticket] = { answer, err } end
      if native:under_way() == 0 then return came end
      assert.is_true(is_readable(watched, LONGEST), "a wake-up was lost")
      assert(native:step(0))
      if native:wants_token() then native:renew(portal.token, 0) end
    end
  end

  it("is silent while there is nothing to do", function()
    hub = portal:connect()
    local watched = object(hub.session)
    assert.is_false(is_readable(watched, 0))
    assert.equal(-1, hub.session:timeout())
  end)

  it("is readable after a cancel, until its answer is taken and a step has seen that", function()
    portal:fault { delay = 60, times = 1 }
    hub = portal:connect()
    local watched = object(hub.session)
    local ticket = submit()
    hub.session:cancel(ticket)
    assert.equal(0, hub.session:timeout())
    assert.is_true(is_readable(watched, LONGEST))
    assert.equal(ticket, (hub.session:take()))
    hub.session:step(0)
    assert.is_false(is_readable(watched, 0))
    portal:clear_faults()
  end)

  it("is readable when a token is wanted, and again when it was brought or refused", function()
    hub = portal:connect { token = function() return portal.token end }
    local native, watched = hub.session.native, object(hub.session)
    submit()
    assert.is_true(native:wants_token())
    assert.is_true(is_readable(watched, LONGEST))
    native:refuse "there is none"
    assert.is_true(is_readable(watched, LONGEST))
    assert(native:step(0))
    local _, _, err = native:take()
    assert.equal("UNAUTHENTICATED", err.code)
    local ticket = submit()
    native:renew(portal.token)
    assert.equal(200, drive(watched)[ticket][1].status)
  end)

  it("is readable when scopes were asked for", function()
    hub = portal:connect()
    local watched = object(hub.session)
    local ticket = assert(hub.session:ask_scopes())
    assert.equal(200, drive(watched)[ticket][1].status)
  end)

  it("rings when the host has asked for it, beside requests and without", function()
    hub = portal:connect()
    local watched = object(hub.session)
    hub.session:alarm(10)
    assert.is_true(is_readable(watched, LONGEST))
    assert(hub.session:step(0))
    assert.is_false(is_readable(watched, 0))
    hub.session:alarm(60000)
    hub.session:alarm(-1)
    assert.equal(-1, hub.session:timeout())
    hub.session:alarm(5)
    local ticket = submit()
    assert.equal(200, drive(watched)[ticket][1].status)
  end)

  -- What a program may do between two turns of its loop.
  local deeds = {
    submit = function(open) open[#open + 1] = submit() end,
    cancel = function(open) if #open > 0 then hub.session:cancel(open[math.random(#open)]) end end,
    renew = function() hub.session.native:renew(portal.token, math.random(2) == 1 and 0 or 60000) end,
    refuse = function(open)
      if hub.session.native:wants_token() then
        hub.session.native:refuse "not now"
        open.refused = true
      end
    end,
    scopes = function(open)
      local ticket = hub.session.native:ask_scopes() -- refused while there has never been a token
      if ticket then open[#open + 1] = ticket end
    end,
    step = function() assert(hub.session.native:step(0)) end,
    listen = function() hub.session.native:listen("response", math.random(2) == 1) end,
  }
  local names = {}
  for name in pairs(deeds) do names[#names + 1] = name end
  table.sort(names)

  it("never forgets anything, in random sequences of what a program may do", function()
    for seed = 1, 150 do
      math.randomseed(seed)
      hub = portal:connect { token = function() return portal.token end, concurrency = 2 }
      local watched, open = object(hub.session), {}
      for _ = 1, 12 do deeds[names[math.random(#names)]](open) end
      while hub.session.native:event() do end
      local came = drive(watched)
      for _, ticket in ipairs(open) do assert.truthy(came[ticket], ("sequence %d lost %d"):format(seed, ticket)) end
      hub:close()
    end
    hub = portal:connect()
  end)
end)
