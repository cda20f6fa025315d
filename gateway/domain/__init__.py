"""Values and decisions: no I/O, and no import from outside this package but the standard library."""
