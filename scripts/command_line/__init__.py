"""Documents the command line from its parser: a page of the docs, and a man page."""
