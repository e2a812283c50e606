def from_star(request):
    return f"from a star import of {__name__}"
