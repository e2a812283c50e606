"""Which values of requests are secret, and texts without them. Pure."""
