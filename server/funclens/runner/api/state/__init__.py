"""The folder in which runners leave what other programs of this user need to know.

Only this user can read it: by owner and mode on Unix, in the user's profile on Windows.
"""
