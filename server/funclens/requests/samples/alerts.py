"""Firebase Alerts: Crashlytics, billing, App Distribution and Performance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.requests.samples.event import PROJECT, Event

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from funclens.requests.samples.event import Inputs

__all__ = ["ALERTS", "alert_published"]

_APP = "1:1234567890:android:0a1b2c3d4e5f6789"
_CONSOLE = f"https://console.firebase.google.com/project/{PROJECT}"
_ISSUE = {
    "id": "3f2a9c41d07b4e6d8c5a",
    "title": "com.example.shop.CheckoutActivity.onCreate",
    "subtitle": "java.lang.NullPointerException",
    "appVersion": "2.4.1 (118)",
}


def alert_published(inputs: Inputs, alert: str) -> Event:
    """Return an alert; fields of the payload replace those of the sample."""
    extensions = {"alerttype": alert}
    if not alert.startswith("billing."):
        extensions["appid"] = inputs.options.get("app_id", _APP)
    return Event(
        id=inputs.id,
        time=inputs.stamp,
        type="google.firebase.firebasealerts.alerts.v1.published",
        source=f"//firebasealerts.googleapis.com/projects/{PROJECT}",
        extensions=extensions,
        data={
            "createTime": inputs.stamp,
            "endTime": inputs.stamp,
            "payload": inputs.fields(ALERTS[alert](inputs)),
        },
    )


def _issue(_inputs: Inputs) -> dict[str, Any]:
    return {"issue": _ISSUE}


def _regression(inputs: Inputs) -> dict[str, Any]:
    return {"type": "fatal", "issue": _ISSUE, "resolveTime": inputs.stamp}


def _digest(inputs: Inputs) -> dict[str, Any]:
    trend = {"type": "fatal", "issue": _ISSUE, "eventCount": 120, "userCount": 48}
    return {"digestDate": inputs.stamp, "trendingIssues": [trend]}


def _velocity(inputs: Inputs) -> dict[str, Any]:
    return {
        "issue": _ISSUE,
        "createTime": inputs.stamp,
        "crashCount": 210,
        "crashPercentage": 1.4,
        "firstVersion": "2.4.0 (117)",
    }


def _plan(_inputs: Inputs) -> dict[str, Any]:
    return {
        "billingPlan": "Blaze",
        "principalEmail": "ada@example.com",
        "notificationType": "upgrade",
    }


def _automated_plan(_inputs: Inputs) -> dict[str, Any]:
    return {"billingPlan": "Spark", "notificationType": "downgrade"}


def _tester(_inputs: Inputs) -> dict[str, Any]:
    return {
        "testerName": "Ada Lovelace",
        "testerEmail": "ada@example.com",
        "testerDeviceModelName": "iPhone 15",
        "testerDeviceIdentifier": "00008120-001A2B3C4D5E6F70",
    }


def _feedback(_inputs: Inputs) -> dict[str, Any]:
    return {
        "feedbackReport": f"projects/{PROJECT}/apps/{_APP}/feedbackReports/1042",
        "feedbackConsoleUri": f"{_CONSOLE}/appdistribution",
        "testerName": "Ada Lovelace",
        "testerEmail": "ada@example.com",
        "appVersion": "2.4.1 (118)",
        "text": "The checkout button does nothing.",
    }


def _threshold(_inputs: Inputs) -> dict[str, Any]:
    return {
        "eventName": "_app_start",
        "eventType": "duration_trace",
        "metricType": "duration",
        "numSamples": 200,
        "thresholdValue": 3.0,
        "thresholdUnit": "seconds",
        "conditionPercentile": 90,
        "appVersion": "2.4.1",
        "violationValue": 4.2,
        "violationUnit": "seconds",
        "investigateUri": f"{_CONSOLE}/performance",
    }


ALERTS: Mapping[str, Callable[[Inputs], dict[str, Any]]] = {
    "crashlytics.newFatalIssue": _issue,
    "crashlytics.newNonfatalIssue": _issue,
    "crashlytics.newAnrIssue": _issue,
    "crashlytics.regression": _regression,
    "crashlytics.stabilityDigest": _digest,
    "crashlytics.velocity": _velocity,
    "billing.planUpdate": _plan,
    "billing.planAutomatedUpdate": _automated_plan,
    "appDistribution.newTesterIosDevice": _tester,
    "appDistribution.inAppFeedback": _feedback,
    "performance.threshold": _threshold,
}
"""Builders of the payload, by alert type."""
