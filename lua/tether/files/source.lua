--- Where the bytes of a file come from: a path, a pipe or an open file; whatever its encoding, they arrive as UTF-8.
local native = require "tether.native"
local check = require "tether.check"
local errors = require "tether.error"

local PIECE = 64 * 1024
local EINTR = 4

local Source = { __name = "tether.source" }
Source.__index = Source

local M = {}

--- The options of `open`, for verbs that pass them on.
M.options = { encoding = "string" }

-- A file to read from, its name for messages, and whether it is to be closed.
local function handle_of(path)
  if io.type(path) == "file" then return path, "input", false end
  check.type("path", path, "string")
  if path == "-" then return io.stdin, "standard input", false end
  local file, message = io.open(path, "rb")
  if not file then errors.raise("FILE_FAILED", message) end
  return file, path, true
end

local function size_of(file)
  local at = file:seek()
  local size = at and file:seek "end"
  if at then file:seek("set", at) end
  return size
end

-- The next bytes; "" at the end, and when a signal came and `stop` says that it ends the reading.
local function read_piece(self, stop)
  while true do
    local bytes, message, code = self.file:read(PIECE)
    if bytes or not message then return bytes or "" end
    if code ~= EINTR then errors.raise("FILE_FAILED", ("%s: %s"):format(self.name, message)) end
    if stop and stop() then
      self.stopped = true
      return ""
    end
  end
end

-- Puts a file that reads from the present one in its place.
local function put_over(self, file)
  self.layers[#self.layers + 1] = file
  self.file = file
end

local function decode(self, given, stop)
  local guessed = native.guess_encoding(self.bytes)
  local encoding = given and errors.check(native.encoding(given)) or guessed
  if encoding:find "^UTF%-16" and guessed:find "^UTF%-16" then encoding = guessed end -- the bytes know their order
  self.encoding = encoding
  if encoding == "UTF-8" then return end
  put_over(self, errors.check(native.recoded(self.file, encoding, self.bytes)))
  self.bytes = read_piece(self, stop)
  if not given then
    self.notices[#self.notices + 1] = ("%s is read as %s; --encoding names another encoding"):format(self.name,
      encoding)
  end
end

--- Opens a file and reads its first bytes.
-- @tparam string|file path a path, "-" for standard input, or an open file, which stays open
-- @tparam[opt] table options encoding: "utf-8", "utf-16", "utf-16le", "utf-16be" or "windows-1252"; else by the first
--   bytes; stop: asked when a signal interrupts the first read: true ends the reading
-- @treturn source `file` to read on from, `bytes`: what was read of it already, `name` for messages, `encoding`,
--   `notices`: what people are to be told of the file, `stopped`: a signal ended the reading; `close`
-- @raise FILE_FAILED; BAD_ARGUMENT for an encoding that nobody knows
function M.open(path, options)
  options = options or {}
  local file, name, owned = handle_of(path)
  local self = setmetatable({ file = file, bottom = file, name = name, layers = { owned and file or nil },
    notices = {} }, Source)
  local fine, err = pcall(function()
    self.size = size_of(file)
    self.bytes = read_piece(self, options.stop)
    decode(self, options.encoding, options.stop)
  end)
  if fine then return self end
  self:close()
  error(err, 0)
end

--- Whether a value is what `open` answers.
function M.is(value)
  return getmetatable(value) == Source
end

--- The next bytes of the file; nil at its end.
-- @raise FILE_FAILED
function Source:read()
  local bytes, message = self.file:read(PIECE)
  if message then errors.raise("FILE_FAILED", ("%s: %s"):format(self.name, message)) end
  return bytes
end

--- How much of the file is read, from 0 to 1; nil: nobody knows, for it is a pipe.
-- @treturn ?number
function Source:part()
  if not self.size then return nil end
  return io.type(self.bottom) == "file" and self.bottom:seek() / math.max(1, self.size) or 1
end

--- Closes what `open` has opened, as often as one likes.
function Source:close()
  for i = #self.layers, 1, -1 do self.layers[i]:close() end
  self.layers = {}
end

return M
