"""Functions that say by a decorator what they take, and that it is asynchronous."""

import functions_framework.aio


@functions_framework.aio.http
async def function_http(request):
    assert await request.json() == {"mode": "path"}
    return request.url.path


@functions_framework.aio.http
def function_http_sync(request):
    if request.query_params.get("mode") == "path":
        return request.url.path
    return "sync response"


@functions_framework.aio.http
async def function_http_dict_response(request):
    return {"message": "hello", "count": 42, "success": True}


@functions_framework.aio.cloud_event
async def function_cloud_event(cloud_event):
    assert cloud_event["id"] == "my-id"
    assert cloud_event.data == {"name": "john"}


@functions_framework.aio.cloud_event
def function_cloud_event_sync(cloud_event):
    assert cloud_event["id"] == "my-id"
    assert cloud_event.data == {"name": "john"}
