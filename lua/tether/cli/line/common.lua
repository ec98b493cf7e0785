--- Options that commands share, and the functions that read their values.
local M = {}

--- Makes the reader of an option that takes a number. Its message names the option.
-- @tparam function convert math.tointeger or tonumber
-- @tparam[opt] string wanted what kind of number is needed, for the message
-- @treturn function text -> value; or nil and what is wrong
function M.number(convert, wanted)
  return function(text)
    local value = convert(tonumber(text))
    if value then return value end
    return nil, ("%s is needed, got %s"):format(wanted or "a whole number", text)
  end
end

--- Reads an option that names a column: by a header name or a position.
function M.column(text)
  return math.tointeger(tonumber(text)) or text
end

--- Joins lists.
-- @tparam table ... lists of options or arguments
-- @treturn table a new list
function M.joined(...)
  local all = {}
  for _, list in ipairs { ... } do table.move(list, 1, #list, #all + 1, all) end
  return all
end

--- Options of every command.
M.all = {
  { "-q --quiet", "No progress and no notices on stderr." },
  { "-v --verbose", "A line for each request on stderr, and where an error comes from." },
  { "-h --help", "Show this help and exit." },
}

--- Options of commands that can answer in JSON.
M.printing = { { "--json", "Print JSON, of the shape that stands below, and nothing else on stdout." } }

--- Options of commands that write to an account.
M.writing = { { "--dry-run", "Write nothing: read what is there, and tell what would change." } }

--- Options that say by which Redis server machines share an account's quota, and what they do together.
M.sharing = {
  { "--share", "Whose quota it is: a folder, or redis://HOST:6379/0; else the profile's, or $TETHER_SHARE.",
    value = "WHERE" },
  { "--share-password-file", "File of mode 0600 with that server's password; else $TETHER_REDIS_PASSWORD, or the " ..
    "file that $TETHER_REDIS_PASSWORD_FILE names.", value = "FILE" },
}

--- Options of commands on an account.
M.account = M.joined({
  { "--portal", "Use a fresh embedded portal instead of an account." },
  { "--seed", "Lines of JSON that the portal begins with.", value = "FILE" },
  { "--profile", "Account that `tether start` has stored under this name.", value = "NAME" },
  { "--url", "Server; else the profile's, $TETHER_URL or https://api.hubapi.com.", value = "URL" },
  { "--token-file", "File of mode 0600 with the token; else $HUBSPOT_TOKEN, or the profile default.", value = "FILE" },
}, M.sharing, {
  { "--concurrency", "Requests in flight; 8 when left out.", value = "N", convert = M.number(math.tointeger),
    default = 8 },
  { "--progress", "Seconds from one line of progress to the next, where stderr is no terminal; 5 when left out.",
    value = "SECONDS", convert = M.number(tonumber, "a number"), default = 5 },
})

return M
