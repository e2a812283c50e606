"""A source with a bracket too many."""


def function(data, context):
    print(data, context))
