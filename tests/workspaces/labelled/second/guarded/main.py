from security import signed_in, traced


@signed_in
def account(request):  # @http
    return "yours"


@traced("profile")
def profile(request):  # @http
    return "yours too"
