"""Functions that say by a decorator what they take."""

import functions_framework


@functions_framework.http
def function_http(request):
    assert request.get_json() == {"mode": "path"}
    return request.path


@functions_framework.cloud_event
def function_cloud_event(cloud_event):
    assert cloud_event["id"] == "my-id"
    assert cloud_event.data == {"name": "john"}
