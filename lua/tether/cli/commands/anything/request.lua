--- tether request METHOD PATH: any request of the account.
local account = require "tether.cli.account"
local errors = require "tether.error"
local part = require "tether.files.part"
local records = require "tether.cli.shared.records"

local METHODS = { GET = true, POST = true, PUT = true, PATCH = true, DELETE = true, HEAD = true }
local WORDS = { ["true"] = true, ["false"] = false }

local M = { name = "request", summary = "send any request, and print the answer's body", account = true, writes = true,
  arguments = { { "method", "GET, POST, PUT, PATCH or DELETE; left out, GET, or POST where fields are given." },
    { "path", "Path of the API, beginning with a slash, with its query.", optional = true } },
  options = {
    { "-F --field", "Field of the body: true, false, null and whole numbers are values, @FILE the text of a file; " ..
      "name[sub]=value and name[]=value nest. Of a GET: of the query.", value = "NAME=VALUE", many = true,
      convert = records.assignment },
    { "-f --raw-field", "The same, whose value is always text.", value = "NAME=VALUE", many = true,
      convert = records.assignment },
    { "--input", "File with the body; - is standard input.", value = "FILE" } },
  notes = "The body is printed as the server wrote it. Pages are not followed: take `after` out of paging.next.\n" ..
    "--dry-run prints the request instead of sending it.",
  examples = { "tether request /crm/objects/2026-03/contacts?limit=2",
    "tether request POST /crm/objects/2026-03/companies -F properties[name]=Acme" },
  json = "any" }

local function text_of(path)
  local file <close> = part.read(path)
  local text, problem = file:read "a"
  return text or errors.raise("FILE_FAILED", ("cannot read %s: %s"):format(path, problem))
end

-- The value of -F: words and whole numbers of JSON become such values, everything else stays text.
local function typed(text)
  if WORDS[text] ~= nil then return WORDS[text] end
  if text == "null" then return require("tether.json").null end
  if text:match "^@." then return text_of(text:sub(2)) end
  return text:match "^%-?%d+$" and math.tointeger(tonumber(text)) or text
end

-- Puts a value into the body. "properties[name]" sets a field of an object, "inputs[]" appends to a list.
local function put(body, name, value)
  local at, key = body, name:match "^[^%[]+" or name
  for sub in name:sub(#key + 1):gmatch "%[([^%]]*)%]" do
    at[key] = at[key] or {}
    if type(at[key]) ~= "table" then
      errors.raise("BAD_ARGUMENT", ("--field %s: %s has a value already"):format(name, key))
    end
    at, key = at[key], sub == "" and #at[key] + 1 or sub
  end
  at[key] = value
end

local function fields_of(options)
  local list = {}
  for _, field in ipairs(options.raw_field) do list[#list + 1] = { field[1], field[2] } end
  for _, field in ipairs(options.field) do list[#list + 1] = { field[1], typed(field[2]) } end
  return list
end

local function escaped(text)
  return (tostring(text):gsub("[^%w%-._~]", function(c) return ("%%%02X"):format(c:byte()) end))
end

local function with_query(path, fields)
  for _, field in ipairs(fields) do
    path = ("%s%s%s=%s"):format(path, path:find("?", 1, true) and "&" or "?", escaped(field[1]), escaped(field[2]))
  end
  return path
end

local function body_of(options, fields)
  if options.input then
    if #fields > 0 then errors.raise("BAD_ARGUMENT", "--input and --field exclude each other") end
    return text_of(options.input)
  end
  if #fields == 0 then return nil end
  local body = {}
  for _, field in ipairs(fields) do put(body, field[1], field[2]) end
  return require("tether.cli.line.shape").encode(body, "any")
end

-- `tether request /path` means `tether request GET /path`.
local function method_and_path(options, has_body)
  local method, path = options.method, options.path
  if not path and method:sub(1, 1) == "/" then method, path = has_body and "POST" or "GET", method end
  method = method:upper()
  if not METHODS[method] then
    local known = { "GET", "POST", "PUT", "PATCH", "DELETE" }
    errors.raise("BAD_ARGUMENT", ("there is no method %q%s"):format(method,
      require("tether.nearest").sentence(method, known)), { hint = "tether request METHOD PATH" })
  end
  if not path or path:sub(1, 1) ~= "/" then
    errors.raise("BAD_ARGUMENT", "a path that begins with a slash is needed, such as /crm/objects/2026-03/contacts")
  end
  return method, path
end

local function request_of(options)
  local fields = fields_of(options)
  local method, path = method_and_path(options, #fields > 0 or options.input)
  if method == "GET" or method == "HEAD" then return method, with_query(path, fields), nil end
  return method, path, body_of(options, fields)
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  local method, path, body = request_of(options)
  if options.dry_run then
    out:write(require("tether.cli.line.shape").encode({ method = method, path = path, body = body }, "any"), "\n")
    return 0
  end
  return account.run(options, err, function(hub)
    local text = hub:request(method, path, body, { text = true })
    if text ~= "" then out:write(text, text:sub(-1) == "\n" and "" or "\n") end
    return 0
  end)
end

return M
