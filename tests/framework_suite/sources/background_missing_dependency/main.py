"""A source that imports what nobody installed."""

import nonexistentpackage


def function(data, context):
    nonexistentpackage.take(data)
