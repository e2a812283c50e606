"""Functions of every kind, called by Google's services.

Try them without a service: `funclens call on_order --event`.
"""

import base64
import json
from dataclasses import dataclass
from typing import Any

import flask
import functions_framework
from cloudevents.http import CloudEvent
from flask.typing import ResponseReturnValue


@functions_framework.cloud_event
def on_order(cloud_event: CloudEvent) -> None:
    """Read an order that was published to a Pub/Sub topic."""
    message = cloud_event.data["message"]
    order = json.loads(base64.b64decode(message["data"]))
    print(f"Order {order['order']} is {order['status']}")


def on_upload(data: dict[str, Any], context: Any) -> None:
    """Triggered by a file written to a Cloud Storage bucket (1st generation)."""
    print(f"{context.event_type}: gs://{data['bucket']}/{data['name']}")


@functions_framework.http
def receive_push(request: flask.Request) -> ResponseReturnValue:
    """Take the push of a Pub/Sub subscription."""
    envelope = request.get_json()
    text = base64.b64decode(envelope["message"]["data"]).decode()
    return {"subscription": envelope["subscription"], "text": text}


@functions_framework.http
def tidy_up(request: flask.Request) -> ResponseReturnValue:
    """Do what a Cloud Scheduler job asks for every night."""
    job = request.headers.get("X-CloudScheduler-JobName")
    if job is None:
        return {"error": "Only Cloud Scheduler calls this."}, 403
    return {"job": job, "removed": 0}


@dataclass
class Basket:
    """What `price` is asked about."""

    items: dict[str, int]

    @staticmethod
    def from_dict(value: dict[str, Any]) -> "Basket":
        return Basket(value["items"])


@dataclass
class Price:
    """What `price` answers."""

    cents: int

    def to_dict(self) -> dict[str, int]:
        return {"cents": self.cents}


@functions_framework.typed(Basket)
def price(basket: Basket) -> Price:
    """Add up a basket: funclens call price --data '{"items": {"tea": 450}}'."""
    return Price(sum(basket.items.values()))
