-- A file of failures fed back does what the first run would have done: with the options of that run and without them,
-- whatever the form in which the rows came.
local account = require "spec.support.account"
local files = require "spec.support.files"

describe("a file of failures", function()
  local portal, hub
  before_each(function()
    portal, hub = account.open { contacts = { { id = 1, properties = { email = "jane@x.example" } } },
      companies = { { id = 2 } } }
  end)
  after_each(function() account.close() files.remove_all() end)

  local function links_there()
    local list = {}
    for link in hub:associations("contacts", 1, "companies"):rows() do
      table.sort(link.labels)
      list[#list + 1] = ("%d %s%s"):format(link.to, table.concat(link.labels, "+"), link.primary and "!" or "")
    end
    table.sort(list)
    return list
  end

  -- Imports a file whose companies 8 and 9 do not exist, then makes them, and feeds the failures back.
  local function run(text, ending, options, failures_ending, again)
    local failures = files.write("", failures_ending)
    options.failures = failures
    local first = hub:import(files.write(text, ending), options)
    assert.equal(2, first.rejected, tostring(first))
    for _, id in ipairs { 8, 9 } do portal:seed("companies", id) end
    options.failures = nil
    local second = hub:import(failures, again or options)
    assert.equal(0, second.rejected, tostring(second))
    assert.equal(2, second.linked)
  end

  local CSV = "Kontakt,Firmen,Rolle\n1,2,A|B; C\n1,8,A|B; C\n1,9,\n"
  local JSON = '{"Kontakt":1,"Firmen":2,"Rolle":["A","B; C"]}\n{"Kontakt":1,"Firmen":8,"Rolle":["A","B; C"]}\n' ..
    '{"Kontakt":1,"Firmen":9}\n'

  local function asked()
    return { from = "contacts", to = "companies", separator = "|", label = "Fixed", create_labels = true,
      columns = { from = "Kontakt", to = "Firmen", label = "Rolle" } }
  end

  for _, form in ipairs { ".csv", ".jsonl" } do
    for _, failures in ipairs { ".csv", ".jsonl" } do
      it(("of %s rows as %s, with the options of the first run"):format(form, failures), function()
        run(form == ".csv" and CSV or JSON, form, asked(), failures)
        assert.same({ "2 A+B; C", "8 A+B; C", "9 Fixed" }, links_there())
      end)

      it(("of %s rows as %s, without them"):format(form, failures), function()
        run(form == ".csv" and CSV or JSON, form, asked(), failures, { create_labels = true })
        assert.same({ "2 A+B; C", "8 A+B; C", "9 Fixed" }, links_there())
      end)
    end
  end

  it("is written by a module that goes by its older name as well", function()
    assert.equal(require "tether.sets.writer", require "tether.files.writer")
  end)

  it("has keys with their property, and ids beside them", function()
    local text = "email,company_id\njane@x.example,8\njane@x.example,9\n"
    run(text, ".csv", { from = "contacts", to = "companies", keys = { from = "email" } }, ".csv")
    assert.same({ "8 ", "9 " }, links_there())
  end)

  it("has the primary that was asked for", function()
    run("from,to,primary\n1,8,true\n1,9,\n", ".csv", { from = "contacts", to = "companies", primary = true }, ".csv")
    assert.same({ "8 !", "9 " }, links_there())
  end)

  it("has the object types of each row", function()
    portal:seed("deals", 5)
    local failures = files.write ""
    local text = "from_object_type,from,to_object_type,to\ncontacts,1,companies,8\ncontacts,1,deals,6\n"
    assert.equal(2, hub:import(files.write(text), { failures = failures }).rejected)
    portal:seed("companies", 8)
    portal:seed("deals", 6)
    assert.equal(2, hub:import(failures).linked)
  end)

  for _, ending in ipairs { ".csv", ".jsonl" } do
    it("has the text of lines that could not be read, which are refused again, as " .. ending, function()
      local failures = files.write("", ending)
      local options = { from = "contacts", to = "companies", failures = failures }
      for _, broken in ipairs { { ".csv", 'from,to\n1,"2"x\n1,2\n', '1,"2"x' },
        { ".jsonl", '{"from":1,\n{"from":1,"to":2}\n', '{"from":1,' } } do
        local report = hub:import(files.write(broken[2], broken[1]), options)
        assert.equal(1, report.rejected)
        local row
        local source <close> = require("tether.files.rows").open(failures, { from = "contacts", to = "companies",
          refused = function(one) row = one end })
        local again = source:read(10)
        assert.is_nil(again)
        assert(row, files.content(failures))
        assert.equal(broken[3], row.raw)
      end
    end)
  end
end)
