"""Functions that log and fail."""

import json

import functions_framework


@functions_framework.http
def logs(request):
    """Writes a structured log."""
    print(json.dumps({"severity": "WARNING", "message": "low stock", "item": "mug"}))
    return "ok"


@functions_framework.http
def fails(request):
    """Fails."""
    return str(1 / 0)  # @fails
