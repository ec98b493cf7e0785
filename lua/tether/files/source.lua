--- Source of a file's bytes: a path, a pipe or an open file, plain or as XLSX, ZIP or gzip. They arrive as UTF-8,
-- whatever the file's encoding.
local native = require "tether.native"
local check = require "tether.check"
local encoding_of = require "tether.files.encoding"
local errors = require "tether.error"

local PIECE = 64 * 1024 -- bytes of one read
local EINTR = 4 -- Linux's number for a call that a signal has interrupted

local Source = { __name = "tether.source" }
Source.__index = Source

local M = {}

--- The options of `open`, for verbs that pass them on.
M.options = { encoding = "string", sheet = "any" }

-- Writes what a function brings to a file without a name, which is gone when it is closed. Reading a file never blocks
-- the program, and the function may wait.
local function spooled(bring)
  local file, message = io.tmpfile()
  if not file then errors.raise("FILE_FAILED", "the rows cannot be kept: " .. message) end
  for piece in bring do
    if type(piece) ~= "string" then
      file:close()
      errors.raise("BAD_ARGUMENT", ("the function that brings the rows returned a %s: text is needed, nil at the end")
        :format(type(piece)))
    end
    local kept, why = file:write(piece)
    if not kept then
      file:close()
      errors.raise("FILE_FAILED", "the rows cannot be kept: " .. why)
    end
  end
  file:seek "set"
  return file
end

-- Opens a path; answers the file, its name for messages, and whether this module must close it.
local function handle_of(path)
  if type(path) == "function" then return spooled(path), "input", true end
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

--- Reads the next bytes.
-- @tparam[opt] function stop asked when a signal interrupts the read: when it answers true the reading ends and
--   `stopped` is set
-- @treturn string "" at the end, and when `stop` ended the reading
-- @raise FILE_FAILED, FILE_BROKEN
function Source:piece(stop)
  while true do
    local bytes, message, code = self.file:read(PIECE)
    if bytes or not message then return bytes or "" end
    if code ~= EINTR then self:fail(message) end
    if stop and stop() then
      self.stopped = true
      return ""
    end
  end
end

--- Raises the reason why the file could not be read.
-- @tparam string message what the system says
function Source:fail(message)
  for i = #self.layers, 1, -1 do
    local err = self.problem and self.problem(self.layers[i])
    if err then
      err.message = ("%s: %s"):format(self.name, err.message)
      error(errors.adopt(err), 0)
    end
  end
  errors.raise("FILE_FAILED", ("%s: %s"):format(self.name, message))
end

--- Puts another file, which reads from the present one, in its place; `close` closes both.
function Source:put_over(file)
  self.layers[#self.layers + 1] = file
  self.file = file
end

--- Notes for people that a text is read in an encoding which nobody has named.
function Source:tell_encoding(name, encoding)
  self.notices[#self.notices + 1] = ("%s is read as %s; --encoding names another encoding"):format(name, encoding)
end

local function decode(self, options)
  local encoding = encoding_of(options.encoding, self.bytes)
  self.encoding = encoding
  if encoding == "UTF-8" then return end
  self:put_over(errors.check(native.recoded(self.file, encoding, self.bytes)))
  self.bytes = self:piece(options.stop)
  if not options.encoding then self:tell_encoding(self.name, encoding) end
end

local function unpack(self, options)
  if self.bytes:find "^PK\3\4" or self.bytes:find "^PK\5\6" then
    require("tether.files.archive").zip(self, options)
  elseif self.bytes:find "^\x1F\x8B" then
    require("tether.files.archive").gzip(self, options)
    if not self.stopped then decode(self, options) end
  else
    decode(self, options)
  end
  if options.sheet ~= nil and not self.chosen and not self.stopped then
    errors.raise("BAD_ARGUMENT", ("sheet: %s is no workbook and no ZIP file"):format(self.name))
  end
end

--- Opens a file and reads its first bytes.
-- @tparam string|file|function path a path, "-" for standard input, an open file, which stays open, or a function that
--   returns the next piece of text (nil: the end), which may wait in a task
-- @tparam[opt] table options encoding: "utf-8", "utf-16", "utf-16le", "utf-16be" or "windows-1252"; else by the first
--   bytes; sheet: which sheet of a workbook, or file of a ZIP file, by its name or its number, counted from 1; stop:
--   asked when a signal interrupts the first read: true ends the reading
-- @treturn source `file` to read on from, `bytes`: what was read of it already, `name` for messages, `called`: the name
--   of the text, for what its ending tells, `encoding`, `by_row`: a line is a row of a sheet, `notices`: what people
--   are to be told of the file, `stopped`: a signal ended the reading; `close`
-- @raise FILE_FAILED; FILE_BROKEN for a damaged, encrypted or nested file; BAD_ARGUMENT for an unknown encoding or
--   sheet
function M.open(path, options)
  options = options or {}
  local file, name, owned = handle_of(path)
  local self = setmetatable({ file = file, bottom = file, name = name, called = name,
    layers = { owned and file or nil }, notices = {} }, Source)
  local fine, err = pcall(function()
    self.begins_at = file:seek()
    self.size = size_of(file)
    self.bytes = self:piece(options.stop)
    unpack(self, options)
  end)
  if fine then return self end
  self:close()
  error(err, 0)
end

--- Whether a value is a source, as `open` returns it.
function M.is(value)
  return getmetatable(value) == Source
end

--- The next bytes of the file; nil at its end.
-- @raise FILE_FAILED
function Source:read()
  local bytes, message = self.file:read(PIECE)
  if message then self:fail(message) end
  return bytes
end

--- How much of the file is read, from 0 to 1; nil for a pipe, whose length is unknown.
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
