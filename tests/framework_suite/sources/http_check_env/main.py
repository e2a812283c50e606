"""An HTTP function that reads a variable of the environment."""

import os


def function(request):
    return os.environ[request.get_json()["mode"]]
