"""What can be done with a recorded request: copied, exported, made a test. Pure."""
