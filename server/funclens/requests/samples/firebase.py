"""2nd gen events that Firebase and Eventarc send as CloudEvents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.requests.samples.event import PROJECT, REGION, Event

if TYPE_CHECKING:
    from funclens.requests.samples.event import Inputs

__all__ = ["config_updated", "custom_event", "matrix_completed", "mutation_executed"]


def custom_event(inputs: Inputs) -> Event:
    """Return an event of an Eventarc channel; the payload is its data."""
    return Event(
        id=inputs.id,
        time=inputs.stamp,
        type=inputs.options.get("event_type", "com.example.order.v1.created"),
        source=f"//example.com/projects/{PROJECT}/orders",
        subject="orders/1042",
        data=inputs.json({"order": 1042, "status": "paid"}),
    )


def config_updated(inputs: Inputs) -> Event:
    """Return a Remote Config update; fields of the payload replace the sample's."""
    return Event(
        id=inputs.id,
        time=inputs.stamp,
        type="google.firebase.remoteconfig.remoteConfig.v1.updated",
        source=f"//firebaseremoteconfig.googleapis.com/projects/{PROJECT}",
        data=inputs.fields(
            {
                "versionNumber": 42,
                "updateTime": inputs.stamp,
                "updateUser": {
                    "name": "Ada Lovelace",
                    "email": "ada@example.com",
                    "imageUrl": "https://example.com/ada.png",
                },
                "description": "Show the new checkout",
                "updateOrigin": "CONSOLE",
                "updateType": "INCREMENTAL_UPDATE",
            }
        ),
    )


def matrix_completed(inputs: Inputs) -> Event:
    """Return a finished Test Lab matrix; fields of the payload replace the sample's."""
    matrix = "matrix-1x2y3z4a5b6c7"
    history = f"projects/{PROJECT}/histories/bh.5f3759df"
    return Event(
        id=inputs.id,
        time=inputs.stamp,
        type="google.firebase.testlab.testMatrix.v1.completed",
        source=f"//firebasetestlab.googleapis.com/projects/{PROJECT}",
        subject=f"testMatrices/{matrix}",
        data=inputs.fields(
            {
                "createTime": inputs.stamp,
                "state": "FINISHED",
                "outcomeSummary": "SUCCESS",
                "resultStorage": {
                    "toolResultsHistory": history,
                    "toolResultsExecution": f"{history}/executions/8514301",
                    "resultsUri": "https://console.firebase.google.com/project/"
                    f"{PROJECT}/testlab/histories/bh.5f3759df/matrices/8514301",
                    "gcsPath": f"gs://test-lab-{PROJECT}/{matrix}",
                },
                "clientInfo": {"client": "gcloud", "details": {"version": "500.0.0"}},
                "testMatrixId": matrix,
            }
        ),
    )


def mutation_executed(inputs: Inputs) -> Event:
    """Return a Data Connect mutation; the payload is its variables."""
    service = inputs.options.get("service", "demo-service")
    connector = inputs.options.get("connector", "demo-connector")
    operation = inputs.options.get("operation", "CreateOrder")
    return Event(
        id=inputs.id,
        time=inputs.stamp,
        type="google.firebase.dataconnect.connector.v1.mutationExecuted",
        source=f"//firebasedataconnect.googleapis.com/projects/{PROJECT}/locations/"
        f"{REGION}/services/{service}/connectors/{connector}",
        subject=f"operations/{operation}",
        extensions={
            "project": PROJECT,
            "location": REGION,
            "service": service,
            "connector": connector,
            "operation": operation,
            "authtype": "app_user",
            "authid": "sample-user",
        },
        data={
            "payload": {
                "variables": inputs.json({"order": 1042}),
                "data": {"order_insert": {"id": "1042"}},
                "errors": [],
            }
        },
    )
