"""An HTTP function that answers with what another file holds."""

from greeting import WORD


def function(request):
    return WORD
