"""Google's emulators, wired to the functions: their events reach the local code.

Only started on request. Everything here runs in the front door's event loop and waits
for the network only; the emulators are processes of their own.
"""
