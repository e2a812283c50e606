"""The asynchronous counterpart of `main.py`."""

import itertools

from starlette.responses import StreamingResponse


async def function(request):
    lines = (await request.body()).splitlines()

    async def sums():
        for total in itertools.accumulate(map(float, lines)):
            yield f"{total}\n"

    return StreamingResponse(sums())
