"""An HTTP function that succeeds, fails or raises, as the body says."""

import flask


def function(request):
    mode = request.get_json()["mode"]
    if mode == "SUCCESS":
        return "success"
    if mode == "FAILURE":
        return flask.Response("failure", status=400)
    raise RuntimeError(f"asked to raise: {mode}")
