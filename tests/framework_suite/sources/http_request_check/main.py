"""An HTTP function that tells what it was asked."""


def function(request):
    return {"url": request.url, "path": request.path}[request.get_json()["mode"]]
