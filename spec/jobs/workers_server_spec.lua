-- The Redis server of a job that workers write, by what the connection says of it: authorities, and the password.
local certificates = require "spec.support.certificates"
local files = require "spec.support.files"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"
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

  -- Runs the command as somebody does whose environment knows the authorities, and no password.
  local run
  setup(function()
    run = ("env -u TETHER_SHARE SSL_CERT_FILE=%s TETHER_URL=%s HUBSPOT_TOKEN=%s timeout 120 build/tether "):format(
      authority.file, portal.url, portal.token)
  end)
  local function command(line)
    local pipe <close> = assert(io.popen(run .. line .. ' 2>&1; echo "exit $?"'))
    local text = pipe:read "a"
    assert.is_nil(text:find(PASSWORD, 1, true))
    return text
  end

  it("gets its password from a file that work, apply and job are told of", function()
    local job, given = files.folder() .. "/told.job", "--share-password-file " .. password_file
    local empty = url:gsub("/1$", "/3") -- no other job is open there
    local plan <close> = portal:connect():plan(tether.links("contacts", "companies"):add(1, 2))
    plan:save(job)
    assert.matches("REDIS_FAILED: .*PASSWORD.*exit 3", command(("work %s --drain"):format(empty)))
    assert.matches("0 batches settled.*exit 0", command(("work %s --drain %s"):format(empty, given)))
    assert.matches("REDIS_FAILED: .*PASSWORD.*exit 3", command(("apply %s --workers %s"):format(job, empty)))
    local owner = process.background(run .. ("apply %s --workers %s %s"):format(job, empty, given))
    process.wait_until(function()
      return command(("job %s %s"):format(job, given)):find "workers  0 at rediss://.*the owner is there"
    end, "an owner")
    assert.matches("workers  cannot be asked: [^\n]*PASSWORD.*exit 0", command("job " .. job))
    assert.matches("workers  cannot be asked: [^\n]*PASSWORD",
      command(("job %s %s --share redis://127.0.0.1:1"):format(job, given))) -- the file is for another server
    assert.matches("workers  cannot be asked: [^\n]*/nowhere",
      command(("job %s --share-password-file /nowhere"):format(job)))
    assert.matches("1 batches settled, 1 rows.*exit 0", command(("work %s --drain %s"):format(empty, given)))
    assert.equal(0, (owner:finish()))
  end)

  it("is named where a file with its password is", function()
    local count = "count contacts companies"
    for _, line in ipairs { count, count .. " --share /tmp/folder", "apply x.job --workers none" } do
      assert.matches("BAD_ARGUMENT: %-%-share%-password%-file.*%-%-share redis://.*exit 2",
        command(("%s --share-password-file %s"):format(line, password_file)))
    end
  end)
end)
