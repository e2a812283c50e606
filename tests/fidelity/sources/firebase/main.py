"""Functions of firebase_functions: over HTTP, and of CloudEvents."""

import dataclasses
import datetime

import flask
from firebase_functions import (
    alerts_fn,
    db_fn,
    eventarc_fn,
    firestore_fn,
    https_fn,
    options,
    pubsub_fn,
    remote_config_fn,
    scheduler_fn,
    storage_fn,
    tasks_fn,
    test_lab_fn,
)

options.set_global_options(region="europe-west1")


def shown(value):
    """Answer with a value through the one way out of an event: an exception."""

    def plain(item):
        if dataclasses.is_dataclass(item):
            return dataclasses.asdict(item)
        return item.isoformat() if isinstance(item, datetime.datetime) else str(item)

    text = flask.json.dumps(value, default=plain, sort_keys=True)
    flask.abort(flask.Response(text, 299, mimetype="application/json"))


@https_fn.on_request()
def hello(req: https_fn.Request) -> https_fn.Response:
    return https_fn.Response(f"{req.method} {req.path}", headers={"X-A": "1"})


@https_fn.on_request(cors=options.CorsOptions(cors_origins="*", cors_methods=["get"]))
def shared(req: https_fn.Request) -> https_fn.Response:
    return https_fn.Response("shared")


@https_fn.on_request()
def broken(req: https_fn.Request) -> https_fn.Response:
    raise ValueError("secret")


@https_fn.on_call()
def add(req: https_fn.CallableRequest):
    if req.data is None:
        raise https_fn.HttpsError(
            https_fn.FunctionsErrorCode.INVALID_ARGUMENT, "Two numbers", {"a": 1}
        )
    return {"sum": req.data["a"] + req.data["b"], "auth": req.auth and req.auth.uid}


@tasks_fn.on_task_dispatched()
def work(req: tasks_fn.CallableRequest):
    if req.data == "fail":
        raise ValueError("secret")
    return f"{req.data} {req.raw_request.headers.get('X-CloudTasks-TaskName')}"


@scheduler_fn.on_schedule(schedule="every day 00:00")
def nightly(event: scheduler_fn.ScheduledEvent) -> None:
    if event.job_name == "fail":
        raise ValueError("told")
    if event.job_name == "show":
        raise ValueError(event.schedule_time.isoformat())


@pubsub_fn.on_message_published(topic="orders")
def ordered(event: pubsub_fn.CloudEvent[pubsub_fn.MessagePublishedData]) -> None:
    message = event.data.message
    shown([event.id, message.message_id, message.attributes, message.data])


@storage_fn.on_object_finalized(bucket="b")
def stored(event: storage_fn.CloudEvent[storage_fn.StorageObjectData]) -> None:
    shown([event.id, event.source, event.data])


@db_fn.on_value_written(reference="/users/{uid}")
def noted(event: db_fn.Event[db_fn.Change]) -> None:
    shown([event.params, event.reference, event.data.before, event.data.after])


@firestore_fn.on_document_created(document="users/{uid}")
def created(event: firestore_fn.Event) -> None:
    shown([event.params, event.document, event.data and event.data.to_dict()])


@eventarc_fn.on_custom_event_published(event_type="shop.sold")
def sold(event: eventarc_fn.CloudEvent) -> None:
    shown([event.id, event.type, event.data, event.subject])


@remote_config_fn.on_config_updated()
def configured(event: remote_config_fn.CloudEvent) -> None:
    shown([event.id, event.data])


@test_lab_fn.on_test_matrix_completed()
def tried(event: test_lab_fn.CloudEvent) -> None:
    shown([event.id, event.data])


@alerts_fn.on_alert_published(alert_type=alerts_fn.AlertType.CRASHLYTICS_NEW_FATAL_ISSUE)
def alarmed(event: alerts_fn.AlertEvent) -> None:
    shown([event.id, event.alert_type, event.app_id])


@pubsub_fn.on_message_published(topic="quiet")
def quiet(event: pubsub_fn.CloudEvent[pubsub_fn.MessagePublishedData]) -> None:
    return None
