--- The module's name of before its move to `tether.sets.writer`. Scripts that require it by this name go on working.
return require "tether.sets.writer"
