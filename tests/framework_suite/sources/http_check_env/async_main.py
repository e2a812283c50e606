"""The asynchronous counterpart of `main.py`."""

import os


async def function(request):
    return os.environ[(await request.json())["mode"]]
