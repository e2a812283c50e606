"""An HTTP function that takes as many milliseconds as it is told to."""

import time


def function(request):
    time.sleep(int(request.get_json()["mode"]) / 1000)
    return "OK"
