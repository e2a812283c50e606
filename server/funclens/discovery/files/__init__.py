"""Which files of a folder are read, and the one place that holds their text."""
