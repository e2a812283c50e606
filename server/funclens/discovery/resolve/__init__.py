"""Resolve what a name of a module refers to, following imports in the workspace."""
