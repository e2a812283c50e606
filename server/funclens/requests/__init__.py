"""Requests to functions, for the command line, the language server and the page."""
