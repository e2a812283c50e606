"""What the runner is sent: bodies, and the spans of functions."""
