def exported(request):
    return f"exported by {__name__}"


def starred(request):
    return f"starred by {__name__}"
