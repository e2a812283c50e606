"""From text to syntax: blocks, recovery from syntax errors, bindings, definitions."""
