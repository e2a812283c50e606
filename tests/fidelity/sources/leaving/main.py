from __future__ import annotations

import sys

import functions_framework

sys.exit("A variable is missing.")


@functions_framework.http
def leaving(request):
    return "never"
