import functions_framework
from cloudevents.http import CloudEvent
from flask import Request, jsonify


@functions_framework.http
def orders(request: Request):  # @http
    return jsonify(load(request.args.get("id")))


def load(number):
    return {"number": number}


@functions_framework.cloud_event
def on_order(event: CloudEvent) -> None:  # @cloudevent
    print(event["id"], event.data)


@functions_framework.typed
def convert(order: "Order"):  # @typed
    return order


class Order:
    @staticmethod
    def from_dict(value):
        return Order()

    def to_dict(self):
        return {}
