"""Which files of a folder are read, and the only place that holds their text."""
