-- The files of a portal are safe: one portal a database, nobody else's is touched, a dump is whole or what stood there
-- before, and numbers that are used up are refused.
local files = require "spec.support.files"
local given = require "spec.support.portal"
local process = require "spec.support.process"
local tether = require "tether"

local RECORDS = "/crm/objects/2026-03/contacts"
local LAST = math.maxinteger
local MARK, HEADER = 1413829704, 100 -- application_id of the portal's files; bytes of SQLite's header
local REFUSED = 3 -- exit code of the command

local folder

local function path_of(name) return folder .. "/" .. name end

local function sh(command)
  local pipe = assert(io.popen(command .. " 2>&1"))
  local text = pipe:read "a"
  local _, _, code = pipe:close()
  return code, text
end

local function exists(path)
  local file <close> = io.open(path)
  return file ~= nil
end

-- A portal of the command, once it is ready. Whoever runs the suite may ignore SIGHUP, which a program inherits.
local function serve(arguments, environment, hangup)
  local started = process.background(("env --%s-signal=HUP %s build/tether portal %s"):format(hangup or "default",
    environment or "", arguments))
  local served = given.json.decode(started:printed "(%b{})")
  started:printed "ready"
  started.url, started.token = served.url, served.token
  return started
end

local function stop(started, signal)
  started:signal(signal or "TERM")
  return started:finish()
end

local function refusal(options)
  local portal, err = pcall(tether.portal, options)
  assert.is_false(portal)
  return err.code, err.message
end

-- A database of SQLite without tables, as other software may leave it.
local function database(application_id, user_version)
  local header = "SQLite format 3\0" .. string.pack(">I2BBBBBB", 4096, 1, 1, 0, 64, 32, 32) ..
    string.pack(">I4I4I4I4I4I4I4I4I4I4I4I4", 1, 1, 0, 0, 0, 0, 0, 0, 1, user_version, 0, application_id)
  header = header .. ("\0"):rep(HEADER - 8 - #header) .. string.pack(">I4I4", 1, 3040001)
  local page = string.pack(">BI2I2I2B", 13, 0, 0, 4096, 0)
  return header .. page .. ("\0"):rep(4096 - HEADER - #page)
end

local function write(name, text) return files.put(path_of(name), text) end

describe("the portal's files", function()
  before_each(function() folder = files.folder() end)
  after_each(files.remove_all)

  describe("the database", function()
    it("serves one portal: a second one is refused, and told the file and who has it", function()
      local path = path_of "account.db"
      local first = serve("--db " .. path)
      local code, text = sh("build/tether portal --db " .. path)
      assert.equal(REFUSED, code)
      assert.matches(path .. " is in use by process " .. first.pid .. " %(.-%)", text)
      assert.equal(201, (given.ask(first, "POST", RECORDS, { properties = { email = "jane@example.com" } })))
      stop(first)
      local again <close> = tether.portal { path = path }
      assert.equal(200, (given.ask(again, "GET", RECORDS .. "/jane%40example.com?idProperty=email")))
    end)

    it("serves one portal of a process", function()
      local first <close> = tether.portal { path = path_of "account.db" }
      local code, message = refusal { path = path_of "account.db" }
      assert.equal("SQL_FAILED", code)
      assert.matches("account%.db is in use by another portal of this process", message)
      assert.equal(200, (given.ask(first, "GET", RECORDS)))
    end)

    it("is free again when its portal was killed", function()
      local first = serve("--db " .. path_of "account.db")
      stop(first, "KILL")
      local again <close> = tether.portal { path = path_of "account.db" }
      assert.equal(200, (given.ask(again, "GET", RECORDS)))
    end)

    it("of a version without an index of values gets one, once, and is searched as any other", function()
      local path = path_of "account.db"
      local search = RECORDS .. "/search"
      local body = { filters = { { propertyName = "lifecyclestage", operator = "IN", values = { "lead" } } } }
      local function found()
        local portal <close> = tether.portal { path = path }
        local status, answer = given.ask(portal, "POST", search, body)
        assert.equal(200, status)
        return answer.total
      end
      do
        local portal <close> = tether.portal { path = path }
        for _ = 1, 3 do
          assert.equal(201, (given.ask(portal, "POST", RECORDS, { properties = { lifecyclestage = "lead" } })))
        end
      end
      assert.equal(3, found())
      assert.equal(0, (sh(("sqlite3 %s 'DROP TABLE facets; PRAGMA user_version = 2'"):format(path))))
      assert.equal(3, found())
      local _, version = sh(("sqlite3 %s 'PRAGMA user_version'"):format(path))
      assert.equal("3\n", version)
      assert.equal(0, (sh(("sqlite3 %s 'DELETE FROM facets'"):format(path)))) -- it is filled once alone
      assert.equal(0, found())
    end)

    it("is never somebody else's: that one is refused and left as it is", function()
      for name, text in pairs { ["map.gpkg"] = database(0x47504B47, 10200), ["notes.txt"] = ("a note\n"):rep(100) } do
        local path = write(name, text)
        local code, message = refusal { path = path }
        assert.equal("SQL_FAILED", code)
        assert.matches(name, message)
        assert.matches("left as it is", message)
        assert.equal(text, files.content(path))
        assert.is_false(exists(path .. "-wal") or exists(path .. "-shm") or exists(path .. "-journal"))
      end
    end)

    it("of a newer Tether is refused", function()
      local text = database(MARK, 99)
      local code, message = refusal { path = write("newer.db", text) }
      assert.equal("SQL_FAILED", code)
      assert.matches("newer Tether", message)
      assert.equal(text, files.content(path_of "newer.db"))
    end)

    it("may begin as an empty file, or as one without tables", function()
      for name, text in pairs { empty = "", tables = database(0, 0) } do
        local portal <close> = tether.portal { path = write(name, text) }
        portal:seed("contacts", 7)
        assert.equal(200, (given.ask(portal, "GET", RECORDS .. "/7")))
      end
    end)

    it("that cannot be opened is refused with the cause in words", function()
      local file = write("file", "")
      for path, words in pairs { [path_of "none/account.db"] = "there is no folder .*/none",
        [folder] = "it is a folder", [file .. "/account.db"] = "file is no folder", ["/dev/null"] = "it is no file" } do
        local code, message = refusal { path = path }
        assert.equal("SQL_FAILED", code)
        assert.matches(words, message)
      end
    end)

    it("that may only be read is refused before anything is served", function()
      local path = path_of "account.db"
      tether.portal({ path = path }):close()
      assert(os.execute(("chmod 777 %s && chmod 444 %s"):format(folder, path)))
      local root = select(2, sh "id -u"):match "^0"
      local nobody = root and "setpriv --reuid=65534 --regid=65534 --clear-groups " or ""
      if root and sh(nobody .. 'test -r "$PWD/build/tether"') ~= 0 then
        return pending "the tree is the superuser's alone"
      end
      local code, text = sh(nobody .. "build/tether portal --db " .. path)
      assert.equal(REFUSED, code)
      assert.matches("account%.db: it may only be read", text)
      assert(os.execute(("chmod 666 %s && chmod 555 %s"):format(path, folder)))
      code, text = sh(nobody .. "build/tether portal --db " .. path)
      assert.equal(REFUSED, code)
      assert.matches("nothing may be written in the folder", text)
    end)
  end)

  describe("a dump", function()
    it("takes the place of the former one when it is whole, on SIGHUP too", function()
      for _, signal in ipairs { "TERM", "HUP", "INT" } do
        local path = write("dump.jsonl", "what stood there\n")
        assert(os.execute(("ln %s %s"):format(path, path_of("kept." .. signal))))
        local served = serve("--dump " .. path)
        given.ask(served, "POST", RECORDS, { properties = { email = "jane@example.com" } })
        assert.equal("what stood there\n", files.content(path))
        assert.equal(signal == "TERM" and 0 or 130, (stop(served, signal)))
        assert.matches("jane@example.com", files.content(path))
        assert.equal("what stood there\n", files.content(path_of("kept." .. signal))) -- renamed over, not written into
        assert.is_false(exists(path .. ".part"))
      end
    end)

    it("is not written at a SIGHUP that is ignored, as nohup does it", function()
      local path = write("dump.jsonl", "what stood there\n")
      local served = serve("--dump " .. path, nil, "ignore")
      served:signal "HUP"
      assert.equal(200, (given.ask(served, "GET", RECORDS)))
      assert.equal("what stood there\n", files.content(path))
      assert.equal(0, (stop(served)))
      assert.not_equal("what stood there\n", files.content(path))
    end)

    it("leaves what stood there when the portal is killed", function()
      local path = write("dump.jsonl", "what stood there\n")
      stop(serve("--dump " .. path), "KILL")
      assert.equal("what stood there\n", files.content(path))
    end)

    it("that cannot be written is refused before the portal serves", function()
      for path, words in pairs { [path_of "none/dump"] = "there is no folder", [folder] = "it is a folder" } do
        local code, text = sh("build/tether portal --dump " .. path)
        assert.equal(REFUSED, code)
        assert.matches("FILE_FAILED", text)
        assert.matches(words, text)
        assert.is_nil(text:find "ready")
      end
    end)

    it("is written to a device as it is", function()
      local served = serve "--dump /dev/full"
      given.ask(served, "POST", RECORDS, { properties = { email = "jane@example.com" } })
      local code, text = stop(served)
      assert.equal(REFUSED, code)
      assert.matches("cannot write /dev/full", text)
      assert.equal(0, (sh "test -c /dev/full")) -- it is a device still
    end)
  end)

  describe("the token", function()
    it("is the one of --token or of TETHER_PORTAL_TOKEN, the same after a restart", function()
      for _ = 1, 2 do
        for _, one in ipairs { { "--token of-the-command", "" }, { "", "TETHER_PORTAL_TOKEN=of-the-command" },
          { "--token of-the-command", "TETHER_PORTAL_TOKEN=another" } } do
          local served = serve(one[1] .. " --db " .. path_of "account.db", one[2])
          assert.equal("of-the-command", served.token)
          assert.equal(200, (given.ask({ url = served.url, token = "of-the-command" }, "GET", RECORDS)))
          assert.equal(401, (given.ask({ url = served.url, token = "another" }, "GET", RECORDS)))
          stop(served)
        end
      end
    end)

    it("is made up anew without them", function()
      local first, second = serve("", "TETHER_PORTAL_TOKEN="), serve ""
      assert.matches("^pat%-na1%-", first.token)
      assert.not_equal(first.token, second.token)
      stop(first)
      stop(second)
    end)
  end)

  it("a port or an address that cannot be listened on is refused with the cause in words", function()
    local portal <close> = tether.portal()
    local port = math.tointeger(tonumber(portal.url:match ":(%d+)$"))
    local code, message = refusal { port = port }
    assert.equal("PORT_FAILED", code)
    assert.matches("cannot listen on 127%.0%.0%.1:" .. port .. ": another program listens there already", message)
    code, message = refusal { host = "192.0.2.1" } -- reserved for documentation (RFC 5737)
    assert.equal("PORT_FAILED", code)
    assert.matches("192%.0%.2%.1:0: no network of this machine has the address", message)
  end)

  describe("the last", function()
    it("record id can be taken, and nothing behind it", function()
      local path = path_of "account.db"
      for round = 1, 2 do
        local portal <close> = tether.portal { path = path }
        if round == 1 then portal:seed("contacts", LAST) end
        local status, answer = given.ask(portal, "POST", RECORDS, { properties = { firstname = "Jane" } })
        assert.equal(400, status)
        assert.matches("no record id left", answer.message)
        assert.equal(200, (given.ask(portal, "GET", ("%s/%d"):format(RECORDS, LAST))))
        portal:seed("contacts", 7)
        assert.equal(200, (given.ask(portal, "GET", RECORDS .. "/7")))
        status = given.ask(portal, "POST", RECORDS, { properties = { firstname = "Jane" } })
        assert.equal(400, status)
      end
    end)

    it("record id is free again when the request that took it was refused", function()
      local portal <close> = tether.portal()
      assert.error(function()
        portal:seed(('{"kind":"record","type":"contacts","id":%d}\n{"kind":"nothing"}'):format(LAST))
      end)
      assert.equal(201, (given.ask(portal, "POST", RECORDS, { properties = { firstname = "Jane" } })))
    end)

    it("moment of the clock is refused, and the clock goes on", function()
      local portal <close> = tether.portal { admin = true }
      local function stays()
        local before = portal:clock()
        return function() assert.is_true(portal:clock() >= before and portal:clock() < before + 3600000) end
      end
      local check = stays()
      for _, ms in ipairs { LAST, math.mininteger, -1, 253402300800000 } do
        assert.equal("BAD_ARGUMENT", select(2, pcall(portal.clock, portal, ms)).code)
      end
      for _, seconds in ipairs { 1e300, -1e300, 1e15, 1 / 0, LAST } do
        assert.equal("BAD_ARGUMENT", select(2, pcall(portal.advance, portal, seconds)).code)
      end
      for _, body in ipairs { '{"ms":9223372036854775807}', '{"ms":-1}', '{"advance":1e300}', '{"advance":-1e300}' } do
        assert.equal(400, (given.ask(portal, "PATCH", "/portal/clock", body)))
      end
      check()
      assert.equal(204, (given.ask(portal, "PATCH", "/portal/clock", '{"ms":253370678400000}')))
      local _, answer = given.ask(portal, "POST", RECORDS, { properties = { firstname = "Jane" } })
      assert.matches("^9998%-12%-31T", answer.createdAt)
    end)

    it("number of an object type and of a label can be taken, and nothing behind it", function()
      local portal <close> = tether.portal()
      portal:seed '{"kind":"schema","name":"pet","number":2147483647}'
      local _, answer = given.ask(portal, "POST", "/crm-object-schemas/2026-03/schemas", { name = "toy",
        labels = { singular = "Toy", plural = "Toys" }, requiredProperties = {}, properties = {} })
      assert.matches("numbers go from 1 to 2147483647", answer.message)
      for _, line in ipairs { '{"kind":"schema","name":"toy","number":2147483648}',
        '{"kind":"record","type":"2-2147483648","id":1}',
        '{"kind":"label","from":"contacts","to":"companies","label":"Boss","id":2147483648}',
        '{"kind":"label","from":"contacts","to":"companies","label":"Boss","id":2147483647}' } do
        assert.equal("INVALID", select(2, pcall(portal.seed, portal, line)).code)
      end
      portal:seed { labels = { { from = "contacts", to = "companies", label = "Boss", id = 2147483645,
        inverseId = 2147483647 } } }
      local status, refused = given.ask(portal, "POST", "/crm/associations/2026-03/contacts/companies/labels",
        { label = "Aide", name = "aide" })
      assert.equal(400, status)
      assert.matches("no association type id left", refused.message)
    end)
  end)
end)
