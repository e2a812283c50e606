"""Cloud Tasks, served by the runner itself: Google has no emulator of it.

Queues and tasks are in memory. Everything runs in the front door's event loop.
"""
