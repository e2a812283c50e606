"""The asynchronous counterpart of `main.py`."""

from greeting import WORD


async def function(request):
    return WORD
