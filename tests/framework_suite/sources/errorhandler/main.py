"""A function that raises, and a handler for what it raises."""

import functions_framework


@functions_framework.errorhandler(ZeroDivisionError)
def say_what_one_is(error):
    return "I'm a teapot", 418


def function(request):
    return str(1 / 0)
