"""The asynchronous counterpart of `main.py`."""

import asyncio


async def function(request):
    await asyncio.sleep(int((await request.json())["mode"]) / 1000)
    return "OK"
