--- The error value of Tether: a table whose code a script can decide by, and whose text a person can read.
--
-- Fields: `code` (stable, see `tether.error.codes`), `message`, `hint`, and where they are known `status`,
-- `category`, `correlation_id`, `place` (row or line).
local native = require "tether.native"
local plain = require "tether.plain"

local M = {}

--- code -> remedy, from the core's table.
M.codes = native.codes()

local Error = { __name = "tether.error" }
Error.__index = Error

function Error:__tostring()
  local text = ("%s: %s"):format(self.code, self.message)
  return self.hint and self.hint ~= "" and ("%s\n  what to do: %s"):format(text, self.hint) or text
end

--- Makes an error value.
-- @tparam string code one of `codes`
-- @tparam string message what is wrong and where, one line
-- @tparam[opt] table fields further fields; `hint` replaces the code's own remedy
-- @treturn table the error
function M.new(code, message, fields)
  local value = { code = code, message = plain.line(message), hint = M.codes[code] }
  for name, field in pairs(fields or {}) do value[name] = field end
  return setmetatable(value, Error)
end

--- Raises an error value; the arguments are those of `new`.
function M.raise(code, message, fields)
  error(M.new(code, message, fields), 0)
end

--- Turns a table that the core returned as `nil, err` into an error value.
-- @tparam table value code =, message =, hint = and other fields; changed in place
-- @treturn table the same table
function M.adopt(value)
  if value.message then value.message = plain.line(value.message) end
  return setmetatable(value, Error)
end

--- Raises the error that the core returned as `nil, err`; otherwise passes all results on, however many there are.
-- @return the results
-- @raise the core's error
function M.check(value, err, ...)
  if value == nil and err then error(M.adopt(err), 0) end
  return value, err, ...
end

local function ours(fine, problem, ...)
  if not fine and not M.is(problem) then error(problem, 0) end
  return fine, problem, ...
end

--- Calls a function as pcall does, but raises every error again that is not Tether's. Ctrl-C is such an error: the
-- interpreter may raise it anywhere, and it must not be swallowed.
-- @tparam function fn
-- @param ... its arguments
-- @return as of pcall
function M.try(fn, ...)
  return ours(pcall(fn, ...))
end

--- The text of a raised value. A script may raise a value whose __tostring fails; then the text says that.
-- @param raised
-- @treturn string
function M.text(raised)
  local ok, text = pcall(tostring, raised)
  return ok and text or "an error value whose __tostring fails"
end

--- The error for what a function of the script has raised: an error of Tether unchanged, anything else as the `cause`
-- of a new one.
-- @tparam string name of the function, for the message
-- @param raised
-- @treturn table an error value
function M.of_callback(name, raised)
  if M.is(raised) then return raised end
  return M.new("CALLBACK_FAILED", ("%s raised: %s"):format(name, M.text(raised)), { cause = raised })
end

--- Whether a value is an error value of Tether's.
function M.is(value)
  return getmetatable(value) == Error
end

return M
