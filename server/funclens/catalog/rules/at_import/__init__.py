"""What loading a module does besides defining functions."""
