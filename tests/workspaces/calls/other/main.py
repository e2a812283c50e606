"""A second unit with a function of the same name."""

import functions_framework


@functions_framework.http
def charge(request):
    return "other"
