-- A program forks with a hub open: each side has its own answers, and the child cannot disturb its parent.
local certificates = require "spec.support.certificates"
local files = require "spec.support.files"
local nginx = require "spec.support.nginx"
local in_child = require("spec_unix").in_child
local process = require "spec.support.process"
local tether = require "tether"

describe("a hub on both sides of a fork", function()
  local portal, token, authority, server, port
  setup(function()
    -- In a process of its own: a fork beside the portal's threads may copy a lock that one of them holds just then.
    local seed = {}
    for id = 101, 110 do seed[#seed + 1] = ('{"kind":"record","type":"contacts","id":%d}'):format(id) end
    portal = process.background("build/tether portal --port 0 --seed " .. files.write(table.concat(seed, "\n")))
    local url = portal:printed '"url":"(.-)"':gsub("\\", "")
    token = portal:printed '"token":"(.-)"'
    authority = certificates.authority()
    local certificate, key = authority.sign("good", "IP:127.0.0.1")
    port = nginx.free_port()
    server = nginx.start { port = port, servers = ([[
      log_format seen "$connection $uri";
      server { listen 127.0.0.1:%d ssl http2; ssl_certificate %s; ssl_certificate_key %s;
        access_log $FOLDER/access.log seen;
        location / { proxy_pass %s; } }]]):format(port, certificate, key, url) }
  end)
  teardown(function()
    server.stop()
    authority.remove()
    portal:signal "TERM"
    portal:finish()
    files.remove_all()
  end)

  local function connect()
    return tether.connect { url = "https://127.0.0.1:" .. port, token = token, ca_file = authority.file, share = false }
  end

  local function code_of(run, ...)
    local ok, err = pcall(run, ...)
    return ok and "none" or tether.error.is(err) and err.code or tostring(err)
  end

  it("is CLOSED in the child, for every way to use it", function()
    local hub <close> = connect()
    hub:get("contacts", 101)
    local said = in_child(function()
      return table.concat({ code_of(hub.get, hub, "contacts", 102), code_of(hub.stats, hub),
        code_of(hub.associate, hub, "contacts", 101, "companies", 9001), code_of(hub.on, hub, "retry", print) }, " ")
    end)
    assert.equal("CLOSED CLOSED CLOSED CLOSED", said)
  end)

  it("goes on in the parent on the same connection when the child closes or collects its copy", function()
    local hub <close> = connect()
    hub:get("contacts", 101)
    local pending = assert(hub.session:submit("GET", "/crm/objects/2026-03/contacts/105", nil, "record_get"))
    assert.equal("fine", in_child(function()
      hub:close()
      hub:close()
      collectgarbage()
      return "fine"
    end))
    while hub.session:under_way() > 0 do assert(hub.session:step(-1)) end
    local ticket, answer = hub.session:take()
    assert.equal(pending, ticket)
    assert.matches('"id":"105"', answer.body)
    for id = 106, 110 do assert.equal(id, hub:get("contacts", id).id) end
    local connections, last = {}, nil
    process.wait_until(function() -- nginx answers first, and writes its log then
      for _, line in ipairs(server.lines "access.log") do
        local connection, id = line:match "^(%d+) .*/(%d+)$"
        connections[math.tointeger(tonumber(id))], last = connection, connection
      end
      return connections[110]
    end, "the log of the last request")
    for _, id in ipairs { 101, 105, 106, 107, 108, 109, 110 } do assert.equal(last, connections[id]) end
  end)

  it("is no matter for a child that connects by itself", function()
    local hub <close> = connect()
    hub:get("contacts", 101)
    assert.equal("104", in_child(function()
      local own <close> = connect()
      return own:get("contacts", 104).id
    end))
    assert.equal(103, hub:get("contacts", 103).id)
  end)
end)
