def is_allowed(request):
    return bool(request.headers.get("Authorization"))
