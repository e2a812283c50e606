"""`.http` files are read as the JetBrains HTTP Client and the REST Client read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funclens.errors import UsageError
from funclens.requests.http_file import (
    FileReference,
    is_http_file,
    parse_http_file,
)
from funclens.requests.http_writing import write_http_file
from funclens.requests.request import Request


def requests(text):
    return parse_http_file(text).requests


def only(text):
    (found,) = requests(text)
    return found


def test_a_url_alone_is_a_get():
    found = only("http://localhost:8080/hello")

    assert (found.method, found.url, found.line) == (
        "GET",
        "http://localhost:8080/hello",
        1,
    )


@pytest.mark.parametrize(
    "line",
    [
        "POST http://localhost:8080/hello HTTP/1.1",
        "post http://localhost:8080/hello HTTP/2",
        "POST   http://localhost:8080/hello  ",
        "\ufeffPOST http://localhost:8080/hello",
        "POST http://localhost:8080/hello\r",
    ],
)
def test_a_request_line_has_method_url_and_maybe_a_version(line):
    found = only(line)

    assert (found.method, found.url) == ("POST", "http://localhost:8080/hello")


def test_headers_end_at_the_empty_line_and_the_body_at_the_separator():
    first, second = requests(
        "POST {{host}}/charge\n"
        "Content-Type: application/json\n"
        "# X-Off: 1\n"
        "X-Trace: a: b\n"
        "\n"
        '{\n  "amount": 1\n}\n'
        "\n"
        "###\n"
        "\n"
        "GET {{host}}/next\n"
    )

    assert first.headers == (("Content-Type", "application/json"), ("X-Trace", "a: b"))
    assert first.body == ('{\n  "amount": 1\n}',)
    assert (second.url, second.line) == ("{{host}}/next", 12)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("### Charge a card\nPOST /charge", "Charge a card"),
        ("###\n# @name charge\nPOST /charge", "charge"),
        ("// @name = charge\nPOST /charge", "charge"),
        ("#@name charge\nPOST /charge", "charge"),
        ("### Title\n# @name charge\nPOST /charge", "charge"),
        ("### Charge\n### \nPOST /charge", ""),
        ("###### Charge\nPOST /charge", "Charge"),
    ],
)
def test_a_request_has_a_name(text, name):
    assert only(text).name == name


def test_a_url_goes_on_in_lines_with_parameters_or_indentation():
    found = only(
        "GET http://localhost:8080/search\n"
        "    ?q=one\n"
        "    &page=2 HTTP/1.1\n"
        "Accept: text/html\n"
    )

    assert found.url == "http://localhost:8080/search?q=one&page=2"
    assert found.headers == (("Accept", "text/html"),)


def test_the_last_definition_above_a_request_holds_then_the_first_below():
    file = parse_http_file(
        "@host = a\n###\nGET {{host}}\n###\n@host = b\n@late = 1\n@late = 2\nGET /x\n"
    )
    first, second = file.requests

    assert file.variables_of(first) == {"host": "a", "late": "1"}
    assert file.variables_of(second) == {"host": "b", "late": "2"}


def test_an_at_sign_in_a_body_defines_nothing():
    file = parse_http_file("POST /x\n\n@host = a\n")

    assert file.definitions == ()
    assert file.requests[0].body == ("@host = a",)


def test_scripts_and_what_happens_to_responses_are_left_out():
    found = requests(
        "### one\n"
        "< {%\n  request.variables.set('a', '###');\n%}\n"
        "POST /one\n"
        "\n"
        "body\n"
        "> {%\n  client.test('x', () => {});\n%}\n"
        "\n"
        "### two\n"
        "GET /two\n"
        "> {% client.global.set('t', 1) %}\n"
        "<> 2024-01-01T101010.200.json\n"
        ">>! out.json\n"
        "### three\n"
        "GET /three\n"
        "\n"
        "> ./handler.js\n"
    )

    assert [(item.url, item.body) for item in found] == [
        ("/one", ("body",)),
        ("/two", ()),
        ("/three", ()),
    ]


def test_a_body_may_be_a_file_or_have_files_in_it():
    found = only(
        "POST /upload\n"
        "Content-Type: multipart/form-data; boundary=B\n"
        "\n"
        "--B\n"
        'Content-Disposition: form-data; name="f"\n'
        "\n"
        "< ./a.png\n"
        "--B--\n"
    )
    other = only("POST /upload\n\n<@latin1 ./a.txt\n")

    assert found.body == (
        '--B\r\nContent-Disposition: form-data; name="f"\r\n\r\n',
        FileReference("./a.png"),
        "\r\n--B--",
    )
    assert other.body == (FileReference("./a.txt", True, "latin1"),)


def test_lines_of_a_form_are_one_line():
    found = only(
        "POST /form\nContent-Type: application/x-www-form-urlencoded\n\n"
        "name=foo\n  &password=bar\n"
    )

    assert found.body == ("name=foo&password=bar",)


def test_comments_in_json_are_not_sent_and_those_in_other_texts_are():
    json = only('POST /x\nContent-Type: application/json\n\n{\n  // "a": 1,\n"b": 2}')
    text = only("POST /x\nContent-Type: text/markdown\n\n# Title")

    assert json.body == ('{\n"b": 2}',)
    assert text.body == ("# Title",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing but a comment\n",
        "WEBSOCKET ws://localhost:8080/ws\n\nhello",
        "GRAPHQL http://localhost:8080/graphql\n\nquery { a }",
        "curl http://localhost:8080/hello",
        "Some prose about requests.\nGET it?\n",
        "> {% unclosed\nGET /x",
        "@host = x",
    ],
)
def test_what_is_no_http_request_is_passed_over(text):
    assert requests(text) == ()


def test_a_request_after_prose_is_found():
    assert only("Some prose.\n\n###\nGET /x").line == 4


def test_a_huge_file_has_no_requests():
    assert requests("GET /x\n###\n" * 200_000) == ()
    assert len(requests("GET /x\n###\n" * 2_000)) == 1_000


@given(st.text(alphabet="#@<>{}%= \n\r\tGETPOST/:ahs?&", max_size=400))
def test_any_text_is_read(text):
    for request in requests(text):
        assert request.method in {"GET", "POST"}
        assert text.split("\n")[request.line - 1].strip()


BODIES = st.text(alphabet="ab{}#<>% \n", max_size=60).map(str.strip).filter(bool)


@given(BODIES, st.sampled_from([(), (("X-A", "1"), ("X-A", "a: b"))]))
def test_a_written_request_is_read_back(body, headers):
    request = Request("POST", "/sub?x=1", headers, body.encode())

    found = only(write_http_file("a.main.f", "http://x/f", request, name="one two"))

    assert (found.method, found.url, found.headers, found.name, found.function) == (
        "POST",
        "{{url}}/sub?x=1",
        headers,
        "one two",
        "a.main.f",
    )
    (sent,) = found.body
    assert sent.replace("\n ", "\n").lstrip() == body.replace("\n ", "\n")


def test_lines_of_somebodys_editor_may_end_with_carriage_returns():
    request = Request("POST", "", (("A", "b"),), b"one\ntwo")
    text = write_http_file("a.main.f", "http://x/f", request)

    assert only(text.replace("\n", "\r\n")) == only(text)


def test_a_body_that_is_not_text_is_not_written():
    with pytest.raises(UsageError, match="not text"):
        write_http_file("f", "http://x/f", Request("POST", "", (), b"\xff"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("/a/x.http", True), ("/a/X.REST", True), ("/a/http", False), ("/x.py", False)],
)
def test_a_file_is_known_by_its_name(name, expected):
    assert is_http_file(name) is expected
