"""The asynchronous counterpart of `main.py`."""


async def function(request):
    mode = (await request.json())["mode"]
    return {"url": str(request.url), "path": request.url.path}[mode]
