"""What a name of a module refers to, through imports of the workspace."""
