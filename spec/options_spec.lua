-- An option is said three times: in the verb's own list, which its refusal of an unknown one shows; in the types for
-- editors; and, for people, in the guides and the reference. All three say the same.
local tether = require "tether"

local function output(command)
  local pipe <close> = assert(io.popen(command))
  return pipe:read "a"
end

describe("the options of", function()
  local portal, hub, types, prose
  setup(function()
    portal = tether.portal()
    hub = portal:connect()
    types = output "cat lua/tether/meta/*.lua"
    prose = output("cat README.md lua/tether/guide/*.md; " ..
      "grep -hE '^ *--' lua/tether/*.lua lua/tether/hub/*.lua lua/tether/files/*.lua lua/tether/connection/*.lua")
  end)
  teardown(function()
    hub:close()
    portal:close()
  end)

  -- The fields of a class and of those that it extends.
  local function fields(class, into)
    into = into or {}
    local parent, body = types:match("\n%-%-%-@class " .. class:gsub("%.", "%%.") .. "(:? ?[%w_.]*)[^\n]*\n(.-)\n\n")
    assert(body, class .. " is no class of the types for editors")
    for name in ("\n" .. body):gmatch "\n%-%-%-@field ([%w_]+)" do into[name] = true end
    if parent:find "^:" then fields(parent:match "[%w_.]+", into) end
    return into
  end

  local function listed(call)
    local raised, err = pcall(call, { no_such_option = 1 })
    assert.is_false(raised)
    assert.equal("OPTION_UNKNOWN", err.code)
    local names = {}
    for name in err.message:match "there are ([%w_, ]+)":gmatch "[%w_]+" do names[name] = true end
    return names
  end

  local set = tether.links("contacts", "companies")
  local write_verbs = {}
  for _, verb in ipairs { "associate", "relabel", "unlabel", "dissociate" } do
    write_verbs[verb] = function(options) return hub[verb](hub, set, options) end
  end
  local of_class = {
    ["tether.options"] = { connect = tether.connect },
    ["tether.oauth"] = { oauth = function(options) return tether.connect { oauth = options } end },
    ["tether.rows_options"] = { read = function(options) return tether.links.read("x.csv", options) end },
    ["tether.import_options"] = { import = function(options) return hub:import("x.csv", options) end },
    ["tether.webhook_options"] = { webhook = function(options)
      options.secret = "s"
      return tether.webhook(options)
    end },
    ["tether.write_options"] = write_verbs,
  }
  for class, verbs in pairs(of_class) do
    it(class .. " are those that its verbs take", function()
      local typed, taken = fields(class), {}
      for _, call in pairs(verbs) do
        for name in pairs(listed(call)) do taken[name] = true end
      end
      assert.same(typed, taken)
    end)

    it(class .. " are told to people", function()
      for name in pairs(fields(class)) do
        assert.truthy(prose:find("%f[%w_]" .. name .. "%f[^%w_]"), name .. " stands nowhere but in the types")
      end
    end)
  end
end)
