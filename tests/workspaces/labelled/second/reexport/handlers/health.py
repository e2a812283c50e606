def ping(request):  # @http
    return "pong"
