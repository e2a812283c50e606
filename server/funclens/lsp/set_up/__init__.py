"""Environments of units: what is missing, and how it is installed."""
