"""The language server's client of the workspace's runner."""
