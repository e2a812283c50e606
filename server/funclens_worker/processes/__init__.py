"""Processes around workers: those that start, fork and end them."""
