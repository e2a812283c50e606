"""The history of requests: what came in, what went out, and what happened between."""
