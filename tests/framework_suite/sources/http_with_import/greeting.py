"""What the sources beside this one import."""

WORD = "Hello"
