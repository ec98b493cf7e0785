--- Profiles: named accounts in a file that only the user may read. It holds server and token file, and never a token.
local errors = require "tether.error"
local json = require "tether.json"

local M = {}

--- The profile that is used when nothing names an account.
M.DEFAULT = "default"

local function variable(name)
  local value = os.getenv(name)
  return value ~= "" and value or nil
end

--- The folder of the user's settings.
-- @treturn string
-- @raise FILE_FAILED neither $XDG_CONFIG_HOME nor $HOME is set
function M.folder()
  local config, home = variable "XDG_CONFIG_HOME", variable "HOME"
  if config then return config .. "/tether" end
  if home then return home .. "/.config/tether" end
  errors.raise("FILE_FAILED", "profiles are kept in $XDG_CONFIG_HOME/tether, and neither that nor $HOME is set")
end

local function quoted(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function check_mode(path)
  local pipe <close> = assert(io.popen(("find %s -perm /077 -print 2>/dev/null"):format(quoted(path))))
  if pipe:read "a" == "" then return end
  errors.raise("FILE_FAILED", ("%s can be read or written by others"):format(path),
    { hint = ("run: chmod 600 %s"):format(quoted(path)) })
end

local function path_of()
  return M.folder() .. "/profiles.json"
end

-- Reads all profiles: name -> { url =, token_file = }; answers the path as well when the file exists.
local function read()
  local path = path_of()
  local file <close> = io.open(path, "rb")
  if not file then return {} end
  check_mode(path)
  local profiles = json.decode(file:read "a" or "")
  if type(profiles) ~= "table" then
    errors.raise("FILE_FAILED", ("%s is no file of profiles"):format(path),
      { hint = "mend it, or delete it and run: tether start" })
  end
  return profiles, path
end

local function names_of(profiles)
  local names = {}
  for name in pairs(profiles) do names[#names + 1] = name end
  table.sort(names)
  return names
end

--- A profile by its name.
-- @tparam string name
-- @tparam[opt] boolean optional answers nil when the profile, or the folder of profiles, does not exist
-- @treturn ?table { url = or nil, token_file =, share = or nil }
-- @raise BAD_ARGUMENT there is no such profile; FILE_FAILED others may read the file, or Tether has not written it
function M.get(name, optional)
  if optional and not (variable "XDG_CONFIG_HOME" or variable "HOME") then return nil end
  local profiles = read()
  local profile = profiles[name]
  if type(profile) == "table" and type(profile.token_file) == "string" then return profile end
  if optional and profile == nil then return nil end
  errors.raise("BAD_ARGUMENT", ("--profile: there is no profile %q%s"):format(name,
    require("tether.nearest").sentence(name, names_of(profiles))), { hint = "make one by: tether start" })
end

-- Writes a file that only this user can read, whole or not at all. The text goes through a pipe and never through argv.
local function write(path, text)
  local folder = M.folder()
  local part = path .. ".part"
  local pipe = assert(io.popen(("umask 077; mkdir -p %s && cat >%s && mv -f %s %s"):format(quoted(folder), quoted(part),
    quoted(part), quoted(path)), "w"))
  pipe:write(text)
  if not pipe:close() then errors.raise("FILE_FAILED", "cannot write " .. path) end
end

--- Stores a profile; it replaces one of the same name.
-- @tparam string name
-- @tparam ?string url
-- @tparam string token which is stored in a file of its own
-- @tparam[opt] string share where programs share the account's quota: a folder, or a Redis server
-- @treturn string the path of the file of profiles
-- @raise BAD_ARGUMENT, FILE_FAILED
function M.store(name, url, token, share)
  if not name:find "^[%w_.-]+$" or name:find "^%." then
    errors.raise("BAD_ARGUMENT", ("a profile's name has letters, digits, - and _ alone, and this is %q"):format(name))
  end
  local profiles = read()
  local token_file = ("%s/%s.token"):format(M.folder(), name)
  write(token_file, token .. "\n")
  profiles[name] = { url = url, token_file = token_file, share = share }
  write(path_of(), json.encode(profiles) .. "\n")
  return path_of()
end

return M
