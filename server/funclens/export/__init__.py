"""Write the functions of a catalog as files of other tools.

One target a module, all in `export_targets`. Nothing here reads or writes files:
catalog in, texts and losses out. No text holds the value of an environment variable.
"""
