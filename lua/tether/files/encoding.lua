--- The encoding of a text.
local native = require "tether.native"
local errors = require "tether.error"

--- The encoding that the caller names, or else the one that the bytes suggest.
-- @tparam ?string given
-- @tparam string bytes the first ones of the text
-- @treturn string such as "UTF-8"
-- @raise BAD_ARGUMENT for an unknown one
return function(given, bytes)
  local guessed = native.guess_encoding(bytes)
  local encoding = given and errors.check(native.encoding(given)) or guessed
  local both = encoding:find "^UTF%-16" and guessed:find "^UTF%-16" -- only the bytes tell the byte order
  return both and guessed or encoding
end
