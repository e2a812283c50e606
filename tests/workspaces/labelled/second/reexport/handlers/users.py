from functions_framework import http

from .rights import is_allowed


@http
def get_user(request):  # @http
    return "" if is_allowed(request) else ("", 403)


def put_user(request):  # @http
    return request.get_json()
