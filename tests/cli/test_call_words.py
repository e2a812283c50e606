"""Words of `funclens call` as requests and functions; nothing is started."""

from __future__ import annotations

from typing import Any

import pytest

from funclens.errors import UnknownFunctionError, UsageError
from funclens.model import Certainty, Function, SignatureType, Span
from funclens.requests.lookup import find_function
from funclens.requests.request import is_whole_event, parse_path, request_of
from funclens.requests.samples import SampleRequest


def asked(**words: Any) -> Any:
    given = {"method": None, "path": None, "headers": [], "data": None}
    return request_of(**{**given, **words})


def named(qualified_name: str, endpoint: str = "") -> Function:
    source, _, name = qualified_name.rpartition(".")
    span = Span(1, 1, 1, 1)
    return Function(
        id=qualified_name,
        name=name,
        endpoint=endpoint or name,
        deployed_name=None,
        qualified_name=qualified_name,
        route=f"/{name}",
        folder="/shop",
        source=f"{source.replace('.', '/')}.py",
        file=f"{source.replace('.', '/')}.py",
        span=span,
        name_span=span,
        signature_type=SignatureType.HTTP,
        is_async=False,
        provider="functions-framework",
        trigger=None,
        certainty=Certainty.CERTAIN,
        evidence=(),
        unit=source,
    )


FUNCTIONS = [
    named("billing.main.charge"),
    named("billing.main.charge_back"),
    named("orders.main.charge"),
    named("orders.main.cancel", "cancel-order"),
    named("main.hello"),
]


def test_a_call_without_data_is_a_get() -> None:
    assert (asked().method, asked().path, asked().body) == ("GET", "", b"")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b'{"a": 1}', "application/json"),
        (b'"text"', "application/json"),
        (b"plain", "text/plain; charset=utf-8"),
        (b"\xff\xfe", "application/octet-stream"),
        (b'{"specversion": "1.0"}', "application/cloudevents+json"),
    ],
)
def test_data_is_posted_with_its_content_type(data: bytes, kind: str) -> None:
    request = asked(data=data)

    assert (request.method, request.body) == ("POST", data)
    assert request.headers == (("Content-Type", kind),)


def test_options_override_defaults_from_the_data() -> None:
    request = asked(data=b"{}", method="put", headers=["content-type: x/y", "A: 1"])

    assert request.method == "PUT"
    assert request.headers == (("content-type", "x/y"), ("A", "1"))


def test_options_override_the_sample() -> None:
    sample = SampleRequest(b"body", {"ce-id": "1", "ce-type": "t"}, "/projects/p")
    request = asked(sample=sample, headers=["CE-ID: 2"], path="/x", data=b"used up")

    assert request.headers == (("ce-type", "t"), ("CE-ID", "2"))
    assert (request.path, request.body) == ("/x", b"body")
    assert asked(sample=sample).path == "/projects/p"


@pytest.mark.parametrize(
    ("word", "path"),
    [
        ("", ""),
        ("/", "/"),
        ("items/1", "/items/1"),
        ("?q=1", "?q=1"),
        ("/größe", "/gr%C3%B6%C3%9Fe"),
        ("/a%2Fb//c", "/a%2Fb//c"),
    ],
)
def test_a_path_begins_with_a_slash_and_is_ascii(word: str, path: str) -> None:
    assert parse_path(word) == path


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"method": "GET POST"}, repr("GET POST")),
        ({"method": ""}, repr("")),
        ({"path": "/a b"}, repr("/a b")),
        ({"path": "/a\r\nX: 1"}, repr("/a\r\nX: 1")),
        ({"path": "/a#b"}, repr("/a#b")),
        ({"headers": ["no colon"]}, repr("no colon")),
        ({"headers": [": no name"]}, repr(": no name")),
        ({"headers": ["A b: space"]}, repr("A b: space")),
        ({"headers": ["A: line\nbreak"]}, repr("A: line\nbreak")),
        ({"headers": ["A: snow \u2603"]}, repr("A: snow \u2603")),
        ({"headers": ["Content-Length: 3"]}, "is computed"),
        ({"headers": ["transfer-encoding: chunked"]}, "is computed"),
    ],
)
def test_invalid_arguments_are_reported(words: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        asked(**words)

    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("data", "is_whole"),
    [
        (b'{"specversion": "1.0"}', True),
        (b'{"context": {}, "data": {}}', True),
        (b'{"context": {}}', False),
        (b"[1]", False),
        (b"text", False),
    ],
)
def test_a_whole_event_is_recognized(data: bytes, *, is_whole: bool) -> None:
    assert is_whole_event(data) is is_whole


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("hello", "main.hello"),
        ("/hello", "main.hello"),
        ("hel", "main.hello"),
        ("cancel-order", "orders.main.cancel"),
        ("orders.main.charge", "orders.main.charge"),
        ("billing.main.charge", "billing.main.charge"),
        ("charge_", "billing.main.charge_back"),
    ],
)
def test_a_function_is_found_by_name(word: str, expected: str) -> None:
    assert find_function(FUNCTIONS, word, ["/shop"]).id == expected


def test_a_folder_chooses_between_equal_names() -> None:
    assert find_function(FUNCTIONS, "charge", ["/shop/orders"]).id == (
        "orders.main.charge"
    )
    assert find_function(FUNCTIONS, "hello", ["/shop/orders"]).id == "main.hello"


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        (
            "charge",
            "Use a qualified name: billing.main.charge, orders.main.charge.",
        ),
        (
            "billing.main.ch",
            "Use a qualified name: billing.main.charge, billing.main.charge_back.",
        ),
        (
            "helo",
            "Did you mean 'hello' or 'main.hello'? see 'funclens list'.",
        ),
        ("zzzzzzz", "No function named 'zzzzzzz'. See 'funclens list'."),
    ],
)
def test_unknown_names_get_suggestions(word: str, sentence: str) -> None:
    with pytest.raises(UnknownFunctionError) as caught:
        find_function(FUNCTIONS, word, ["/shop"])

    assert caught.value.sentence.endswith(sentence)


def test_an_error_without_functions_has_a_hint() -> None:
    with pytest.raises(UnknownFunctionError, match="the runner serves none"):
        find_function([], "hello", ["/shop"])
