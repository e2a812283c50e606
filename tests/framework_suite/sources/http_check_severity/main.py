"""An HTTP function that logs or prints, as the body says."""

import logging
import sys

WAYS = {
    "loginfo": logging.info,
    "logwarn": logging.warning,
    "logerr": logging.error,
    "logcrit": logging.critical,
    "stdout": lambda text: sys.stdout.write(text),
    "stderr": lambda text: sys.stderr.write(text),
}


def function(request):
    mode = request.get_json()["mode"]
    WAYS[mode](f"written by {mode}")
    return "OK"
