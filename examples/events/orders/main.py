"""Takes orders, and saves those that are published."""

import base64
import functools
import json
import os
import random

import flask
import functions_framework
from cloudevents.http import CloudEvent
from flask.typing import ResponseReturnValue
from google.cloud import firestore, pubsub_v1

TOPIC = "orders"


@functions_framework.http
def order(request: flask.Request) -> ResponseReturnValue:
    """Publish an order such as {"email": "ada@example.com", "items": {"tea": 2}}."""
    wanted = request.get_json()
    if not wanted.get("email") or not wanted.get("items"):
        return {"error": "Send an email and items."}, 400
    if not is_reachable("PUBSUB_EMULATOR_HOST"):
        return {
            "error": "Pub/Sub is not available: start funclens run --emulators, and "
            "install the emulators that it misses.",
            "without_emulators": "funclens call save_order --event",
        }, 503
    number = random.randrange(100_000, 1_000_000)
    placed = {
        "order": number,
        "status": "paid",
        "email": wanted["email"],
        "items": wanted["items"],
    }
    topic = publisher().topic_path(os.environ["GOOGLE_CLOUD_PROJECT"], TOPIC)
    publisher().publish(topic, json.dumps(placed).encode()).result(timeout=30)
    return {"order": number}, 202


@functions_framework.cloud_event
def save_order(cloud_event: CloudEvent) -> None:
    """Save a published order in Firestore."""
    placed = json.loads(base64.b64decode(cloud_event.data["message"]["data"]))
    if not is_reachable("FIRESTORE_EMULATOR_HOST"):
        print(f"Order {placed['order']} is not saved: Firestore is not available")
        return
    saved = {name: placed[name] for name in ("order", "status", "email", "items")}
    database().collection("orders").document(str(placed["order"])).set(saved)
    print(f"Saved order {placed['order']} of {placed['email']}")


def is_reachable(emulator: str) -> bool:
    """Return whether an emulator is up, or this is production."""
    return bool(os.environ.get(emulator) or os.environ.get("K_SERVICE"))


@functools.cache
def publisher() -> pubsub_v1.PublisherClient:
    """The client has threads, so it is made by the first request."""
    return pubsub_v1.PublisherClient()


@functools.cache
def database() -> firestore.Client:
    return firestore.Client()
