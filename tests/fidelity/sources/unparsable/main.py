import functions_framework


@functions_framework.http
def unparsable(request):
    return "never"


broken = (
