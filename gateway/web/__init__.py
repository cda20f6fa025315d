"""HTTP in, HTTP out: parse, call one flow, present."""
