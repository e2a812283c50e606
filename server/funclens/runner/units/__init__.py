"""The lifecycle of units and their pool."""
