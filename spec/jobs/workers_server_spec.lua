-- The Redis server of a job that workers write, by what the connection says of it: authorities, and the password.
local certificates = require "spec.support.certificates"
local files = require "spec.support.files"
local nginx = require "spec.support.nginx"
local redis = require "spec.support.redis"
local tether = require "tether"

local PASSWORD = "not-to-be-shown"

describe("the server by which a job is handed out", function()
  local authority, server, url, portal, password_file

  setup(function()
    authority = certificates.authority()
    local certificate, key = authority.sign("workers", "IP:127.0.0.1")
    local port = nginx.free_port()
    server = redis.start { password = PASSWORD, options = ("--requirepass %s --tls-port %d --tls-cert-file %s " ..
      "--tls-key-file %s --tls-ca-cert-file %s --tls-auth-clients no"):format(PASSWORD, port, certificate, key,
      authority.file) }
    url = ("rediss://127.0.0.1:%d/1"):format(port)
    portal = tether.portal()
    portal:seed { contacts = { { id = 1 } }, companies = { { id = 2 } } }
    password_file = files.write(PASSWORD .. "\n")
    os.execute("chmod 600 " .. password_file)
  end)
  teardown(function()
    portal:close()
    server:close()
    authority.remove()
    files.remove_all()
  end)

  local function connect(options)
    options.ca_file, options.share_password_file = authority.file, password_file
    return portal:connect(options)
  end

  it("is known by the connection's ca_file, and by its password file where they share by it", function()
    local hub <close> = connect { share = url }
    assert.same({ batches = 0, rows = 0 }, hub:work(url, { drain = true }))
    local other_database = url:gsub("/1$", "/2")
    assert.same({ batches = 0, rows = 0 }, hub:work(other_database, { drain = true }))
    local plan <close> = hub:plan(tether.links("contacts", "companies"):add(1, 2))
    plan:save(files.folder() .. "/x.job")
    local report <close> = hub:apply(plan, { workers = url, stop = function() return true end })
    assert.equal("signal", report.stopped)
  end)

  it("is sent no password that is another server's", function()
    local hub <close> = connect { share = false }
    local fine, problem = pcall(hub.work, hub, url, { drain = true })
    assert.is_false(fine)
    assert.matches("^REDIS_FAILED: .*PASSWORD", tostring(problem))
  end)
end)
