"""Workers without descriptors, forks and signals of the kernel: anything with TCP.

A worker is a program that connects back to the front door with a token. For each
request it opens another connection, and the front door passes the bytes on.
"""
