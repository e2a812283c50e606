"""Spell values, blocks and comments in the languages of exported files."""
