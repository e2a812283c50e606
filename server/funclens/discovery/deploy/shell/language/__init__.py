"""The language of a shell script: a text in, commands and words out."""

from __future__ import annotations
