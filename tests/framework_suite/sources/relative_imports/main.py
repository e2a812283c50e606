"""An HTTP function whose source imports its neighbour relatively."""

from .neighbour import OUTCOME


def function(request):
    return OUTCOME
