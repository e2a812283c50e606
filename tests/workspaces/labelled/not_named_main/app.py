"""Deployed with GOOGLE_FUNCTION_SOURCE=app.py."""

import functions_framework


@functions_framework.http
def served(request):  # @http
    return clean(request)


def clean(request):
    return request.args.get("q", "")
