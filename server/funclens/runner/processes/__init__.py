"""Plan, start and end worker processes."""
