"""The asynchronous counterpart of `main.py`."""

EXPECTED = {
    "id": "my-id",
    "source": "from-galaxy-far-far-away",
    "type": "cloud_event.greet.you",
}


async def function(cloud_event):
    for name, value in EXPECTED.items():
        assert cloud_event[name] == value, name
    assert cloud_event["specversion"] in ("0.3", "1.0")
    assert cloud_event.data == {"name": "john"}
