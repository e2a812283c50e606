"""Loads units to measure them, without a runner."""
