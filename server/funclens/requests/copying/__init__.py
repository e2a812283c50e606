"""Requests as text for other programs: commands, scripts, files. Pure."""
