"""Whether a definition is a cloud function: signals and their weights."""
