import functools


def signed_in(function):
    @functools.wraps(function)
    def inner(request):
        if "Authorization" not in request.headers:
            return "", 401
        return function(request)

    return inner


def traced(name):
    def decorate(function):
        return function

    return decorate
