"""An HTTP function that names its method, for Flask and for Starlette."""


def function(request):
    return request.method
