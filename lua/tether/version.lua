--- The version, alone: `tether --version` loads nothing else.
return "0.1.0"
