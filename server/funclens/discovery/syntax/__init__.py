"""Text to syntax: blocks, recovery from broken code, bindings, definitions."""
