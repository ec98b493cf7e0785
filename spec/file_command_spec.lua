-- What the options of `tether import` and `tether export` mean, as people type them: a process with files, exit codes
-- and messages, against a portal on a socket.
local files = require "spec.support.files"
local tether = require "tether"

local portal

-- Runs a command line against the portal; answers stdout, stderr and the exit code.
local function run(line)
  local out, err = files.write "", files.write ""
  local _, _, code = os.execute(("HUBSPOT_TOKEN=%s TETHER_URL=%s timeout 60 build/tether %s >%s 2>%s"):format(
    portal.token, portal.url, line, out, err))
  return files.content(out), files.content(err), code
end

-- Every link of a contact, as "company label+label".
local function links_of(contact)
  local hub <close> = tether.connect { url = portal.url, token = portal.token }
  local list = {}
  for link in hub:associations("contacts", contact, "companies"):rows() do
    local labels = link.labels
    table.sort(labels)
    list[#list + 1] = ("%d %s%s"):format(link.to, table.concat(labels, "+"), link.primary and "!" or "")
  end
  table.sort(list)
  return list
end

describe("an option of tether import", function()
  local PAIR = " --from contacts --to companies "
  before_each(function()
    portal = tether.portal()
    portal:seed { contacts = { { id = 1, properties = { email = "jane@example.com" } } },
      companies = { { id = 2, properties = { domain = "acme.example" } }, { id = 3 } } }
  end)
  after_each(function()
    portal:close()
    files.remove_all()
  end)

  -- The links of contact 1 behind an import with options.
  local function imported(options, text)
    local _, err, code = run("import " .. options .. PAIR .. files.write(text))
    assert.equal(0, code, err)
    return links_of(1)
  end

  it("--label may be given again: every link has all of them", function()
    assert.same({ "2 Boss+Clerk" }, imported("--create-labels --label Boss --label Clerk", "from,to\n1,2\n"))
  end)

  it("that means one value is refused when it is given twice", function()
    local file = files.write "from,to\n1,2\n"
    for _, option in ipairs { "--from contacts", "--separator x", "--label-column a", "--failures x",
      "--from-key email", "--header-line 1", "--concurrency 2" } do
      local out, err, code = run(("import %s %s %s"):format(file, option, option))
      assert.equal(2, code, option)
      assert.equal("", out)
      assert.matches(option:match "%S+" .. " is given twice", err, 1, true)
    end
    assert.same({}, links_of(1))
  end)

  it("--label-column none: a column of that name is no label", function()
    assert.same({ "2 " }, imported("--label-column none", "from,to,label\n1,2,Nobody's\n"))
  end)

  it("--label-column that no line has is refused before anything is sent", function()
    for _, name in ipairs { "Role", "role" } do
      local file = files.write('{"from":1,"to":2}\n{"from":1,"to":3,"part":"Boss"}\n', ".jsonl")
      local out, err, code = run("import --label-column " .. name .. PAIR .. file)
      assert.equal(2, code)
      assert.equal("", out)
      assert.matches('CSV_COLUMN_MISSING: .*no column "' .. name .. '" for label; the rows have "from", "to"', err)
    end
    assert.same({}, links_of(1))
    assert.equal(0, portal:counters().operations.batch_create or 0)
  end)

  it("--from-key and --to-key: the cells are values of a property", function()
    local file = files.write "E-mail,Company domain\njane@example.com,acme.example\n,acme.example\n"
    local out, err, code = run("import --from-key email --to-key domain" .. PAIR .. file)
    assert.equal(0, code, err .. out)
    assert.matches("no link +1 ", out)
    assert.same({ "2 " }, links_of(1))
    assert.matches('from = "E%-mail" %(email%), to = "Company domain" %(domain%)\n', err)
  end)

  it("--ids-separator: several ids in a cell, a link each", function()
    local file = files.write "from,to\n1,2/3\n"
    local out, _, code = run("import" .. PAIR .. file)
    assert.equal(1, code)
    assert.matches("several ids in one cell%? say what separates them %(%-%-ids%-separator", out)
    assert.same({ "2 ", "3 " }, imported("--ids-separator /", files.content(file)))
  end)

  it("--header-line: titles stand above it, and it is suggested where it looks so", function()
    local file = files.write "Export of contacts\n28 November 2026\nContact ID,Company ID\n1,2\n"
    local _, err, code = run("import" .. PAIR .. file)
    assert.equal(2, code)
    assert.matches("what to do: line 3 looks like the header: %-%-header%-line 3", err)
    assert.same({ "2 " }, imported("--header-line 3", files.content(file)))
  end)

  it("--primary: the column in brackets sets the primary, and only when it is asked for", function()
    local file = files.write "Record ID,Associated Company IDs,Associated Company IDs (Primary)\n1,2;3,3\n"
    local _, err, code = run("import" .. PAIR .. file)
    assert.equal(0, code, err)
    assert.same({ "2 ", "3 " }, links_of(1))
    _, err, code = run("import --primary" .. PAIR .. file)
    assert.equal(0, code, err)
    assert.same({ "2 ", "3 !" }, links_of(1))
  end)

  it("--failures leaves a file as it is until a row fails", function()
    local kept, fresh = files.write "mine\n", files.write ""
    os.remove(fresh)
    local file = files.write "from,to\n1,2\n"
    local _, err, code = run(("import --failures %s"):format(kept) .. PAIR .. file)
    assert.equal(0, code, err)
    assert.equal("mine\n", files.content(kept))
    _, err, code = run(("import --failures %s"):format(fresh) .. PAIR .. file)
    assert.equal(0, code, err)
    assert.is_nil(io.open(fresh))
    _, err, code = run(("import --failures %s"):format(kept) .. PAIR .. files.write "from,to\n1,9\n")
    assert.equal(1, code, err)
    assert.matches("^from,to,.-\n1,9,", files.content(kept))
  end)

  it("tells what was taken for what, in one line", function()
    local file = files.write "Contact ID,Company,Type\n1,2,Customer\n"
    local _, err, code = run("import" .. PAIR .. file)
    assert.equal(0, code, err)
    assert.matches('tether: [^\n]*: from = "Contact ID", to = "Company", type name = "Type"; "Type" is no ' ..
      "label unless it is named %(%-%-label%-column%)\n", err)
    assert.same({ "2 " }, links_of(1))
    local out = run("import --preflight" .. PAIR .. file)
    assert.matches('columns +[^\n]*from = "Contact ID", to = "Company"', out)
  end)

  it("warns of a row that goes over many lines", function()
    local lines = { 'from,to,note\n1,2,"never closed' }
    for i = 1, 20 do lines[#lines + 1] = ("%d,2,x"):format(i + 100) end
    lines[#lines + 1] = '1,3"'
    local file = files.write(table.concat(lines, "\n"))
    local out = run("import --preflight" .. PAIR .. file)
    assert.truthy(out:find "lines 2 to 23 are one row; is a quote missing", out)
  end)
end)

describe("tether export --escape-formulas", function()
  after_each(function() files.remove_all() end)

  it("writes labels that no spreadsheet runs, and an import has them as they were", function()
    portal = tether.portal()
    for id = 1, 5 do portal:seed("contacts", id) end
    portal:seed("companies", 9)
    local hub <close> = tether.connect { url = portal.url, token = portal.token }
    for i, label in ipairs { "=1+1", "@sum", "+x", "'=quoted", "-y" } do
      hub.labels:ensure("contacts", "companies", label)
      hub:associate("contacts", i, "companies", 9, { label })
    end
    local text = run "export contacts companies -q --escape-formulas"
    for line in text:gmatch "[^\n]+" do assert.is_nil(line:find ',"?[=+@-]', line) end
    local plain = run "export contacts companies -q"
    assert.truthy(plain:find("=1+1", 1, true))
    local file = files.write(text, ".csv")
    assert.matches("linked +0\nunchanged +5\n", (run("import -q --from contacts --to companies " .. file)))
    portal:close()
  end)
end)

describe("tether export --ids", function()
  before_each(function()
    portal = tether.portal()
    for id = 1, 3 do portal:seed("contacts", id) end
    portal:seed("companies", 9)
  end)
  after_each(function()
    portal:close()
    files.remove_all()
  end)

  it("says which line it takes for the header, and which have no id", function()
    local _, err, code = run("export contacts companies --ids " .. files.write "Contact\n1\nNULL\n2.0\n")
    assert.equal(0, code, err)
    assert.matches('line 1: "Contact" is taken for the header\n', err)
    assert.matches("1 lines have no id\n", err)
    _, err, code = run("export contacts companies --ids " .. files.write "1\nx\n")
    assert.equal(3, code)
    assert.matches('line 2: not a record id: "x"', err)
  end)
end)
