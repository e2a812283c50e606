"""A unit that cannot be loaded."""

import functions_framework

import nothing_of_this_name  # @import


@functions_framework.http
def unloadable(request):
    return "never"
