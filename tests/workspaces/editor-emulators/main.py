"""A function that messages of a topic call."""

import base64

import functions_framework


@functions_framework.cloud_event
def on_order(event):
    order = base64.b64decode(event.data["message"]["data"]).decode()
    print("order", order, flush=True)
    if order == "poison":
        raise ValueError(f"invalid order: {order}")
