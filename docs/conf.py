"""Configuration of the documentation site, which `scripts/docs` builds."""

from __future__ import annotations

project = "Funclens"
author = "The Funclens authors"
html_title = "Funclens"

extensions = ["myst_parser"]
exclude_patterns = ["_build"]
myst_heading_anchors = 3
suppress_warnings = ["misc.highlighting_failure"]  # Kakoune's language has no lexer
html_theme = "furo"
html_theme_options = {"navigation_with_keys": True}
html_static_path: list[str] = []
html_copy_source = False
html_show_sourcelink = False
