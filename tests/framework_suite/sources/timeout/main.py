"""An HTTP function that takes longer than one second and less than two."""

import time


def function(request):
    time.sleep(1.4)
    return "OK"
