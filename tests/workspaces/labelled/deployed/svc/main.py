def anything(*args, **kwargs):  # @http
    return "ok"


def quiet(a, b):  # @event
    print(a, b)


def by_name(x):  # @http
    return str(x)


def not_deployed(a, b):
    return a + b
