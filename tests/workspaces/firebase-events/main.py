"""A function for every trigger of firebase_functions; each shows what it was given."""

import dataclasses
import datetime
import os

import flask

# The SDK makes a Firestore client for each event; this address keeps it from asking
# for credentials. Nothing is sent there.
os.environ.setdefault("FIRESTORE_EMULATOR_HOST", "127.0.0.1:1")
os.environ.setdefault("GCLOUD_PROJECT", "demo-project")

from firebase_functions import (
    alerts_fn,
    dataconnect_fn,
    db_fn,
    eventarc_fn,
    firestore_fn,
    https_fn,
    identity_fn,
    pubsub_fn,
    remote_config_fn,
    scheduler_fn,
    storage_fn,
    tasks_fn,
    test_lab_fn,
)
from firebase_functions.alerts import (
    app_distribution_fn,
    billing_fn,
    crashlytics_fn,
    performance_fn,
)


def plain(item):
    if dataclasses.is_dataclass(item):
        return {f.name: getattr(item, f.name) for f in dataclasses.fields(item)}
    if isinstance(item, datetime.datetime):
        return item.isoformat()
    return item.to_dict() if hasattr(item, "to_dict") else str(item)


def show(event):
    """Answer out of an event, whose own answer is always OK."""
    text = flask.json.dumps(event, default=plain, sort_keys=True)
    flask.abort(flask.Response(text, 299, mimetype="application/json"))


@pubsub_fn.on_message_published(topic="orders")
def on_message(event):
    show(event)


@storage_fn.on_object_finalized(bucket="photos")
def on_finalized_object(event):
    show(event)


@storage_fn.on_object_deleted(bucket="photos")
def on_deleted_object(event):
    show(event)


@storage_fn.on_object_archived(bucket="photos")
def on_archived_object(event):
    show(event)


@storage_fn.on_object_metadata_updated(bucket="photos")
def on_metadata_updated_object(event):
    show(event)


@firestore_fn.on_document_written(document="shops/{shopId}/orders/{orderId}")
def on_written_document(event):
    show(event)


@firestore_fn.on_document_created(document="shops/{shopId}/orders/{orderId}")
def on_created_document(event):
    show(event)


@firestore_fn.on_document_updated(document="shops/{shopId}/orders/{orderId}")
def on_updated_document(event):
    show(event)


@firestore_fn.on_document_deleted(document="shops/{shopId}/orders/{orderId}")
def on_deleted_document(event):
    show(event)


@firestore_fn.on_document_written_with_auth_context(document="shops/{shopId}")
def on_written_document_by_whom(event):
    show(event)


@firestore_fn.on_document_created_with_auth_context(document="shops/{shopId}")
def on_created_document_by_whom(event):
    show(event)


@firestore_fn.on_document_updated_with_auth_context(document="shops/{shopId}")
def on_updated_document_by_whom(event):
    show(event)


@firestore_fn.on_document_deleted_with_auth_context(document="shops/{shopId}")
def on_deleted_document_by_whom(event):
    show(event)


@db_fn.on_value_written(reference="/rooms/{roomId}/messages")
def on_written_value(event):
    show(event)


@db_fn.on_value_created(reference="/rooms/{roomId}/messages")
def on_created_value(event):
    show(event)


@db_fn.on_value_updated(reference="/rooms/{roomId}/messages")
def on_updated_value(event):
    show(event)


@db_fn.on_value_deleted(reference="/rooms/{roomId}/messages")
def on_deleted_value(event):
    show(event)


@eventarc_fn.on_custom_event_published(event_type="com.example.shop.sold")
def on_sold(event):
    show(event)


@remote_config_fn.on_config_updated()
def on_config(event):
    show(event)


@test_lab_fn.on_test_matrix_completed()
def on_matrix(event):
    show(event)


@dataconnect_fn.on_mutation_executed(service="shop", connector="web", operation="Buy")
def on_mutation(event):
    show(event)


@alerts_fn.on_alert_published(alert_type=alerts_fn.AlertType.CRASHLYTICS_VELOCITY)
def on_alert(event):
    show(event)


@crashlytics_fn.on_new_fatal_issue_published()
def on_new_fatal_issue(event):
    show(event)


@crashlytics_fn.on_new_nonfatal_issue_published()
def on_new_nonfatal_issue(event):
    show(event)


@crashlytics_fn.on_regression_alert_published()
def on_regression_alert(event):
    show(event)


@crashlytics_fn.on_stability_digest_published()
def on_stability_digest(event):
    show(event)


@crashlytics_fn.on_velocity_alert_published()
def on_velocity_alert(event):
    show(event)


@crashlytics_fn.on_new_anr_issue_published()
def on_new_anr_issue(event):
    show(event)


@billing_fn.on_plan_update_published()
def on_plan_update(event):
    show(event)


@billing_fn.on_plan_automated_update_published()
def on_plan_automated_update(event):
    show(event)


@app_distribution_fn.on_new_tester_ios_device_published()
def on_new_tester_ios_device(event):
    show(event)


@app_distribution_fn.on_in_app_feedback_published()
def on_in_app_feedback(event):
    show(event)


@performance_fn.on_threshold_alert_published()
def on_threshold(event):
    show(event)


@scheduler_fn.on_schedule(schedule="every day 00:00")
def nightly(event):
    raise ValueError(flask.json.dumps(event, default=plain))  # the SDK answers with it


@tasks_fn.on_task_dispatched()
def work(request):
    return request.data


@https_fn.on_call()
def greet(request):
    return request.data


@https_fn.on_request()
def page(request):
    return https_fn.Response("page")


@identity_fn.before_user_created()
def before_created(event):
    return None
