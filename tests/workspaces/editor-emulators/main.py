"""A function that messages of a topic call, and one that a schedule calls."""

import base64

import functions_framework

LATE = []


@functions_framework.cloud_event
def on_order(event):
    order = base64.b64decode(event.data["message"]["data"]).decode()
    print("order", order, flush=True)
    if order == "poison":
        raise ValueError(f"invalid order: {order}")
    if order == "late" and len(LATE) < 2:
        LATE.append(order)
        raise TimeoutError("no stock yet")
    return "ok"


@functions_framework.http
def nightly(request):
    return f"swept by {request.headers.get('X-CloudScheduler')}"
