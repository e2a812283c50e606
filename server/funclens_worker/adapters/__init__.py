"""Our own views, one signature type a file, for interpreters with Flask alone."""
