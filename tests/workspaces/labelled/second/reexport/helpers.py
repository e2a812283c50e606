def parse(request):
    return request.args if request else None
