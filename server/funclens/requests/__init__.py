"""Build requests to functions, for the command line, language server and page."""
