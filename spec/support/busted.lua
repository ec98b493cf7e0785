-- Runs busted under the interpreter that the Makefile chose, whatever `lua` is on this machine.
require "busted.runner" { standalone = false }
