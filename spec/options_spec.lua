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
      "grep -hE '^ *--' lua/tether/*.lua lua/tether/hub/*.lua lua/tether/files/*.lua lua/tether/connection/*.lua " ..
      "lua/tether/workflows/*.lua")
  end)
  teardown(function() hub:close() portal:close() end)

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
    ["tether.plan_options"] = { plan = function(options) return hub:plan(set, options) end },
    ["tether.apply_options"] = {
      apply = function(options) return hub:apply("x.job", options) end,
      apply_by_workers = function(options)
        options.workers = "redis://127.0.0.1:1"
        return hub:apply("x.job", options)
      end,
    },
    ["tether.work_options"] = { work = function(options) return hub:work("redis://127.0.0.1:1", options) end },
    ["tether.portal_options"] = { portal = tether.portal },
    ["tether.portal_subscription"] = { subscribe = function(options) return portal:subscribe(options) end },
  }
  for _, name in ipairs { "inherit", "orphans", "match", "primary", "relabel", "move", "split", "tree", "limits",
      "keep" } do
    of_class["tether." .. name .. "_options"] = { [name] = function(options)
      return tether.workflows[name](hub, options)
    end }
  end
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

  -- Options that stand in the annotation of the function itself: the names at the top of `{ name?: type, … }`.
  local function inline(name)
    local at = assert(types:find("\nfunction " .. name .. "(", 1, true), name .. " has no types for editors")
    local annotation, names = "", {}
    for found in types:sub(1, at):gmatch "\n%-%-%-@param [%w_]+%?? {([^\n]*)}" do annotation = found end
    annotation = annotation:gsub("%b{}", ""):gsub("fun%b():?", "")
    for option in annotation:gmatch "([%w_]+)%??: " do names[option] = true end
    return names
  end

  local of_function = {
    ["hub:request"] = function(options) hub:request("GET", "/x", nil, options) end,
    ["hub:get"] = function(options) hub:get("contacts", 1, options) end,
    ["hub:search"] = function(options) hub:search("contacts", options) end,
    ["hub:changed"] = function(options) hub:changed("contacts", 0, options) end,
    ["hub:each_link"] = function(options) hub:each_link("contacts", "companies", options) end,
    ["hub:each_record_without"] = function(options) hub:each_record_without("contacts", "companies", options) end,
    ["hub:backup"] = function(options) hub:backup("contacts:companies", "x.links", options) end,
    ["hub:diff"] = function(options) hub:diff("x.links", nil, options) end,
    ["hub:restore"] = function(options) hub:restore("x.links", options) end,
    ["labels:delete"] = function(options) hub.labels:delete("contacts", "companies", "x", options) end,
    ["tether.map"] = function(options) tether.map({}, print, options) end,
    ["tether.doctor"] = function(options) tether.doctor({}, options) end,
    ["workflows.labels"] = function(options) tether.workflows.labels(hub, options) end,
    ["workflows.snapshot"] = function(options) tether.workflows.snapshot(hub, options) end,
  }
  for name, call in pairs(of_function) do
    it(name .. " are those of its types for editors", function()
      assert.same(inline(name), listed(call))
    end)
  end
end)
