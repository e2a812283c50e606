"""An HTTP function that forgets to answer."""


def function(request):
    return None
