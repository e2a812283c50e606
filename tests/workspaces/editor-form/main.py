"""A function that says what it was sent."""

import hashlib

import functions_framework


@functions_framework.http
def mirror(request):
    """Answer with the parts of the request."""
    files = request.files.items()
    return {
        "method": request.method,
        "query": request.query_string.decode(),
        "note": request.headers.get("X-Note"),
        "json": request.get_json(silent=True),
        "form": request.form.to_dict(),
        "files": {name: hashlib.sha256(file.read()).hexdigest() for name, file in files},
    }
