"""Protocol buffers of Firestore, read back with Google's own library."""

from __future__ import annotations

import json
from typing import Any

import pytest

from funclens.errors import UsageError
from funclens.requests.samples import find_type
from funclens.requests.samples.firestore_protobuf import encode
from samples.delivery import INPUTS

firestore = pytest.importorskip("google.events.cloud.firestore")
json_format = pytest.importorskip("google.protobuf.json_format")

FIELDS = {
    "null": {"nullValue": None},
    "no": {"booleanValue": False},
    "yes": {"booleanValue": True},
    "negative": {"integerValue": "-7"},
    "large": {"integerValue": str(2**62)},
    "double": {"doubleValue": -1.5},
    "instant": {"timestampValue": "2024-01-02T03:04:05Z"},
    "text": {"stringValue": "größe"},
    "empty": {"stringValue": ""},
    "long": {"stringValue": "x" * 300},
    "bytes": {"bytesValue": "AQID"},
    "reference": {"referenceValue": "projects/p/databases/d/documents/a/b"},
    "place": {"geoPointValue": {"latitude": 1.5, "longitude": -2.25}},
    "list": {"arrayValue": {"values": [{"integerValue": "1"}, {"nullValue": None}]}},
    "nothing": {"arrayValue": {}},
    "map": {"mapValue": {"fields": {"deep": {"mapValue": {"fields": {}}}}}},
}


def read_back(data: bytes) -> Any:
    message = firestore.DocumentEventData.deserialize(data)
    pure = firestore.DocumentEventData.pb(message)
    return json.loads(json_format.MessageToJson(pure))


@pytest.mark.parametrize("name", FIELDS)
def test_each_type_of_value_is_read_back(name: str) -> None:
    document = {
        "name": "projects/p/databases/(default)/documents/a/b",
        "fields": {name: FIELDS[name]},
        "createTime": "2024-01-02T03:04:05.678901Z",
        "updateTime": "2024-01-02T03:04:05Z",
    }

    got = read_back(encode({"value": document}))["value"]
    if name == "map":  # an empty map is written without its fields
        assert "deep" in got["fields"]["map"]["mapValue"]["fields"]
    else:
        assert got == document


@pytest.mark.parametrize("change", ["written", "created", "updated", "deleted"])
def test_every_sample_is_read_back(change: str) -> None:
    event = find_type(f"firestore.{change}").build(INPUTS)

    assert read_back(event.protobuf) == {k: v for k, v in event.data.items() if v}


@pytest.mark.parametrize(
    "value",
    [
        {"value": {"fields": {"visits": 4}}},
        {"value": {"fields": {"visits": {"integer": "4"}}}},
        {"value": {"fields": {"visits": {"integerValue": "four"}}}},
        {"value": {"fields": {"at": {"timestampValue": "yesterday"}}}},
        {"oldValue": [1]},
    ],
)
def test_fields_without_a_type_are_an_error(value: Any) -> None:
    with pytest.raises(UsageError, match="not the data of a Firestore event"):
        encode(value)
