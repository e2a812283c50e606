"""Functions that only a deployment names."""

import functions_framework


@functions_framework.cloud_event
def original(event):
    return "the event's source is " + event["source"]


alias = original


class Handlers:
    @staticmethod
    def static(request):
        return f"static {request.path}"


static = Handlers.static


def outer():
    def inner(request):
        return f"closure {request.path}"

    return inner


closure = outer()


def variadic(*args):
    return f"{len(args)} {args[0].path}"
