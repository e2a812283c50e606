"""The control API of a runner and its clients."""
