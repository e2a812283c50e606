"""Traces: which request caused which, and spans that functions record."""
