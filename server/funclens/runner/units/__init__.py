"""Lifecycle of units."""
