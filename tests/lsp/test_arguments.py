"""What a command is given is checked in words for a person."""

from __future__ import annotations

import pytest

from features.catalogs import catalog, function
from funclens.errors import UnknownFunctionError, UsageError
from funclens.features import make_snapshot
from funclens.lsp.commands.arguments import (
    find_function,
    find_unit,
    one_object,
    parse_call,
)
from funclens.model import Catalog


def snapshot(*functions, **routes):
    made = catalog(*functions)
    return make_snapshot(
        Catalog(functions=made.functions, units=made.units, routes=routes)
    )


@pytest.mark.parametrize("arguments", [["main.hello"], [{}, {}], [3]])
def test_a_command_takes_one_object(arguments):
    with pytest.raises(UsageError, match=r"funclens\.run takes one object"):
        one_object("funclens.run", arguments)


@pytest.mark.parametrize("arguments", [[], [None], [{}]])
def test_a_missing_argument_is_an_empty_object(arguments):
    assert one_object("funclens.stop", arguments) == {}


def test_an_unambiguous_endpoint_names_a_function():
    known = snapshot(function(), hello=("main.hello",))

    assert find_function(known, "c", {"id": "hello"}).id == "main.hello"


def test_an_ambiguous_endpoint_is_an_error():
    functions = (function(), function(unit="b.main"))
    known = snapshot(*functions, hello=("main.hello", "b.main.hello"))

    with pytest.raises(UnknownFunctionError, match="2 functions are") as raised:
        find_function(known, "c", {"id": "hello"})
    assert raised.value.hint == "use a qualified name: main.hello, b.main.hello"


def test_an_unknown_id_gets_suggestions():
    known = snapshot(function(), hello=("main.hello",))

    with pytest.raises(
        UnknownFunctionError, match="no function named 'helo'"
    ) as raised:
        find_function(known, "c", {"id": "helo"})
    assert raised.value.hint == "did you mean 'hello'?"


@pytest.mark.parametrize("argument", [{}, {"id": ""}, {"id": 3}])
def test_a_missing_id_is_an_error(argument):
    with pytest.raises(UsageError, match="needs the id of a function"):
        find_function(snapshot(), "funclens.run", argument)


def test_a_unit_is_named_by_itself_or_by_its_function():
    known = snapshot(function())

    assert find_unit(known, "c", {"unit": "main"}) == "main"
    assert find_unit(known, "c", {"id": "main.hello"}) == "main"
    with pytest.raises(UnknownFunctionError, match="no unit named 'mian'"):
        find_unit(known, "c", {"unit": "mian"})


def test_data_makes_a_post_of_json():
    request = parse_call({"data": {"a": 1}, "path": "x?y=1"})

    assert (request.method, request.path, request.body) == (
        "POST",
        "/x?y=1",
        b'{"a": 1}',
    )
    assert request.headers == (("Content-Type", "application/json"),)


def test_text_is_sent_as_it_is_with_the_callers_type():
    request = parse_call({"data": "<a/>", "headers": {"content-type": "text/xml"}})

    assert request.body == b"<a/>"
    assert request.headers == (("content-type", "text/xml"),)


def test_a_call_without_data_is_a_get_request():
    request = parse_call({})

    assert (request.method, request.path, request.body) == ("GET", "", b"")


@pytest.mark.parametrize(
    "argument", [{"headers": [1]}, {"headers": {"a": 1}}, {"path": 1}, {"method": 5}]
)
def test_a_request_with_wrong_types_is_an_error(argument):
    with pytest.raises(UsageError, match="must be"):
        parse_call(argument)
