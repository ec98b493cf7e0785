-- The examples of workflows run on their sample data, and say what they find.
local files = require "spec.support.files"
local shell = require "spec.support.shell"

local shown = {
  inherit = { 2, "2 to link" }, -- both contacts of deal 502 have the same company
  orphans = { 1, "1 of 3 contacts have no company\ncontact 102\n" },
  match = { 2, "1 to link, 2 to be the primary" },
  primary = { 2, "1 to be the primary" },
  relabel = { 2, "1 to relabel" },
  move = { 2, "2 to link, 2 to unlink" },
  copy = { 2, "1 to link, 1 right already" },
  split = { 2, '1 to link, 1 to unlink; 1 left as they are.-left: 103 %-> 9001, city is "Rome"' },
  tree = { 2, "1 to link" },
  limits = { 0, "0 limits of 2 pairs" },
  labels = { 0, "0 labels to create, 0 limits to set, 2 labels are there, 0 are here alone and stay" },
  snapshot = { 0, "2 links: " },
  keep = { 0, "all: %d+ changes, 0 left" },
}

describe("the example of a workflow", function()
  after_each(files.remove_all)

  local function run(name, argument)
    local line = "build/tether run --portal --seed examples/data/workflows.jsonl examples/workflows/%s.lua %s"
    return shell.output(line:format(name, argument))
  end

  for name, what in pairs(shown) do
    it(name .. " says what it finds, and applies it where it is told to", function()
      local folder = files.folder()
      local argument = name == "snapshot" and folder or name == "keep" and folder .. "/x.keep" or ""
      local text, code = run(name, argument)
      assert.equal(what[1], code, text)
      assert.truthy(text:find(what[2]), text)
      local lines = 0
      for _ in io.lines("examples/workflows/" .. name .. ".lua") do lines = lines + 1 end
      assert.is_true(lines < 60)
      if what[1] == 2 then
        text, code = run(name, "--apply")
        assert.equal(0, code, text)
        assert.matches("\n%d+ done\n$", text)
      end
    end)
  end
end)
