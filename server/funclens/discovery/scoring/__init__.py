"""Decide whether a definition is a Cloud Function, from weighted signals."""
