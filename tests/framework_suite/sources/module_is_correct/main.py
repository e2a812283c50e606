"""An HTTP function that looks where its classes live, for Flask and for Starlette."""

import sys


class Defined:
    """A class of this source."""


def function(request):
    assert Defined.__module__ == "main"
    assert getattr(sys.modules["main"], "Defined") is Defined
    return "OK"
