from firebase_admin import initialize_app
from firebase_functions import https_fn, scheduler_fn
from firebase_functions import firestore_fn as fs
from firebase_functions.options import set_global_options
from firebase_functions.pubsub_fn import on_message_published

set_global_options(max_instances=10)
initialize_app()


@https_fn.on_request()
def hello(req: https_fn.Request) -> https_fn.Response:  # @http
    return https_fn.Response("hi")


@https_fn.on_call()
def add(req: https_fn.CallableRequest):  # @http
    return {"sum": total(req.data)}


def total(data):
    return sum(data["numbers"])


@scheduler_fn.on_schedule(schedule="every day 00:00")
def nightly(event):  # @http
    clean(event)


def clean(event):
    print(event)


@fs.on_document_created(document="users/{id}")
def welcome(event):  # @cloudevent
    print(event.params)


@on_message_published(topic="t")
def heard(event):  # @cloudevent
    print(event.data.message)
