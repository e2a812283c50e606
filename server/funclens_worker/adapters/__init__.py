"""One module for each package whose inside the worker depends on."""
