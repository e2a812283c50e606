"""What the runner asks of the operating system: start workers, pass requests, end both.

`worker_process.py` has the protocols; nothing else in the runner depends on how they
are kept.
"""
