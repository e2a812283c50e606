"""An HTTP function that logs an exception and goes on."""

import logging


def function(request):
    try:
        raise LookupError("nothing there")
    except LookupError:
        logging.exception("caught")
    return "OK"
