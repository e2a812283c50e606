"""Filters of Pub/Sub subscriptions."""

from __future__ import annotations

import pytest

from funclens.errors import UsageError
from funclens.requests.delivery.message_filter import parse_filter


@pytest.mark.parametrize(
    ("text", "attributes", "is_delivered"),
    [
        ("", {}, True),
        ("attributes:a", {"a": ""}, True),
        ("attributes:a", {"b": "1"}, False),
        ('attributes.a = "1"', {"a": "1"}, True),
        ('attributes.a="1"', {"a": "2"}, False),
        ('attributes.a = "1"', {}, False),
        ('attributes.a != "1"', {"a": "2"}, True),
        ('attributes.a != "1"', {"a": "1"}, False),
        ('attributes.a != "1"', {}, True),
        ('hasPrefix(attributes.a, "or")', {"a": "orders"}, True),
        ('hasPrefix ( attributes . a , "or" )', {"a": "for"}, False),
        ('hasPrefix(attributes.a, "")', {}, False),
        ("NOT attributes:a", {}, True),
        ("-attributes:a", {"a": ""}, False),
        ("NOT NOT attributes:a", {"a": ""}, True),
        ("attributes:a AND attributes:b", {"a": ""}, False),
        ("attributes:a OR attributes:b", {"b": ""}, True),
        ("NOT attributes:a AND attributes:b", {"b": ""}, True),
        ("attributes:a AND (attributes:b OR NOT attributes:c)", {"a": ""}, True),
        ("attributes:a OR attributes:b AND attributes:c", {"a": ""}, True),
        ('attributes:"x.example/key"', {"x.example/key": ""}, True),
        (
            'attributes.my-key = "a\\"b\\\\\\u00e4\\x41\\101\\n"',
            {"my-key": 'a"b\\äAA\n'},
            True,
        ),
        ("  attributes:a  ", {"a": ""}, True),
        ("attributes:ANDROID", {"ANDROID": ""}, True),
    ],
)
def test_messages_are_delivered_by_their_attributes(text, attributes, is_delivered):
    assert parse_filter(text)(attributes) == is_delivered


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("attributes.a = 1", "at 'attributes.a = 1'"),
        ("attributes.a = '1'", "the filter is invalid"),
        ('attributes.a > "1"', "the filter is invalid"),
        ('a = "1"', "at 'a = "),
        ("attributes:a and attributes:b", "at 'and attributes:b'"),
        ("attributes:a attributes:b", "at 'attributes:b'"),
        ("attributes:a AND", "at its end"),
        ("(attributes:a", "a closing parenthesis is missing"),
        ("attributes:a)", r"at '\)'"),
        ("NOT", "at its end"),
        ("()", r"at '\)'"),
        ('attributes.a = "open', "the filter is invalid"),
        ("(" * 100 + "attributes:a" + ")" * 100, "nested too deeply"),
        ("attributes:" + "a" * 256, "at most 256 bytes"),
    ],
)
def test_what_pub_sub_refuses_is_refused(text, message):
    with pytest.raises(UsageError, match=message):
        parse_filter(text)
