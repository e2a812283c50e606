"""Memory of workers: what they use, and its limit."""
