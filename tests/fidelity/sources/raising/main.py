from __future__ import annotations

import functions_framework

raise RuntimeError("No connection to the database.")


@functions_framework.http
def raising(request):
    return "never"
