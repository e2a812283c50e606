"""The asynchronous counterpart of `main.py`."""

from starlette.responses import Response


async def function(request):
    mode = (await request.json())["mode"]
    if mode == "SUCCESS":
        return "success"
    if mode == "FAILURE":
        return Response("failure", status_code=400)
    raise RuntimeError(f"asked to raise: {mode}")
