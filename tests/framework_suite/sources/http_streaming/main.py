"""An HTTP function that streams the sums so far of the numbers it is sent."""

import itertools


def function(request):
    numbers = (float(line) for line in request.stream)
    return (f"{total}\n" for total in itertools.accumulate(numbers))
