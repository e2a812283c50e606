"""What the front door is told about each request."""
