"""The runner of the workspace, as the language server sees and steers it."""
