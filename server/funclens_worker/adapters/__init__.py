"""Adapters, one per package whose private names the worker uses."""
