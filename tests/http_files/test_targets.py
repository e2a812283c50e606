"""Requests of `.http` files that are for functions, and what is sent to them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from funclens.errors import UsageError
from funclens.requests.http_file import parse_http_file
from funclens.requests.http_target import Target, find_target, request_of_file

ROUTES = {
    "hello": ("main.hello",),
    "main.hello": ("main.hello",),
    "twice": ("a.main.twice", "b.main.twice"),
    "größe": ("main.größe",),
}
ADDRESSES = ("http://127.0.0.1:8081", "http://127.0.0.1:8080")


def target(text, environment=None):
    file = parse_http_file(text)
    return find_target(file, file.requests[-1], ROUTES, ADDRESSES, environment or {})


def sent(text, environment=None, read=None):
    file = parse_http_file(text)
    return request_of_file(
        file, file.requests[-1], "", environment or {}, read or (lambda _: b"")
    )


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("GET http://localhost:8080/hello", ""),
        ("GET http://127.0.0.1:8081/hello/sub?x=a/b#top", "/sub?x=a/b"),
        ("GET localhost:8080/hello?x=1", "?x=1"),
        ("GET http://[::1]:8080/main.hello/", "/"),
        ("GET /hello", ""),
        ("GET {{host}}/hello", ""),
        ("GET {{ baseUrl }}/hello/a", "/a"),
        ("GET http://{{host}}:{{port}}/hello", ""),
        ("GET {{base_url}}hello", ""),
        ("@host = http://localhost:8080\n\nGET {{host}}/hello", ""),
        ("@port = 8080\n@host = localhost:{{port}}\nGET http://{{host}}/hello", ""),
        ("@name = hello\nGET {{host}}/{{name}}", ""),
        ("GET {{host}}/{{$processEnv FUNCTION}}", ""),
    ],
)
def test_a_url_at_the_runner_is_for_a_function(text, path):
    assert target(text, {"FUNCTION": "hello"}) == Target("main.hello", path)


def test_a_name_in_a_url_may_be_encoded():
    assert target("GET {{host}}/gr%C3%B6%C3%9Fe") == Target("main.größe", "")
    assert target("GET {{host}}/größe") == Target("main.größe", "")


def test_a_file_of_ours_names_its_function_whatever_the_port_was():
    written = "# Function: main.hello\n@url = {}/old-name\n\n###\nGET {{{{url}}}}/a?b"

    assert target(written.format("http://127.0.0.1:9999")) == Target(
        "main.hello", "/a?b"
    )
    assert target(written.format("https://example.com")) is None


@pytest.mark.parametrize(
    "text",
    [
        "GET https://example.com/hello",
        "GET http://localhost:3000/hello",
        "GET http://localhost/hello",
        "GET {{host}}/unknown",
        "GET {{host}}/twice",
        "GET {{host}}",
        "GET /",
        "GET {{api}}/hello",
        "GET {{host}}/{{unknown}}",
        "@host = https://example.com\nGET {{host}}/hello",
        "@host = {{host}}\nGET {{host}}/hello",
        "GET http://localhost:x/hello",
        "GET http://[::1/hello",
        "GET http://localhost:99999999/hello",
    ],
)
def test_all_other_urls_are_for_nobody(text):
    assert target(text) is None


def test_method_headers_and_body_are_sent_with_variables_replaced():
    request = sent(
        "@token = abc\n"
        "POST {{host}}/hello\n"
        "Authorization: Bearer {{token}}\n"
        "Host: example.com\n"
        "Content-Length: 12\n"
        "Content-Type: application/json\n"
        "\n"
        '{"user": "{{$processEnv USER}}"}\n',
        {"USER": "ada"},
    )

    assert request.method == "POST"
    assert request.headers == (
        ("Authorization", "Bearer abc"),
        ("Content-Type", "application/json"),
    )
    assert request.body == b'{"user": "ada"}'


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Basic user passwd", "Basic dXNlcjpwYXNzd2Q="),
        ("Basic user:passwd", "Basic dXNlcjpwYXNzd2Q="),
        ("Basic dXNlcjpwYXNzd2Q=", "Basic dXNlcjpwYXNzd2Q="),
        ("Bearer a:b", "Bearer a:b"),
    ],
)
def test_user_and_password_are_encoded(given, expected):
    request = sent(f"GET {{{{host}}}}/hello\nAuthorization: {given}")

    assert request.headers == (("Authorization", expected),)


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("$guid", r"[0-9a-f-]{36}"),
        ("$random.uuid", r"[0-9a-f-]{36}"),
        ("$timestamp", r"\d{10}"),
        ("$isoTimestamp", r"\d{4}-\d\d-\d\dT.*Z"),
        ("$randomInt 5 5", "5"),
        ("$random.integer(7, 7)", "7"),
        ("$randomInt", r"\d{1,4}"),
    ],
)
def test_names_with_a_sign_are_made_up(name, pattern):
    body = sent(f"POST /hello\n\n{{{{{name}}}}}").body.decode()

    assert re.fullmatch(pattern, body)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{{nothing}}", "variable 'nothing' is not defined"),
        ("{{$dotenv X}}", "variable '$dotenv X' is not supported"),
        ("{{$processEnv MISSING}}", "environment variable 'MISSING' is not set"),
        ("< missing.json", "cannot read 'missing.json': No such file or directory"),
    ],
)
def test_what_cannot_be_filled_in_is_an_error(body, message, tmp_path):
    def read(name):
        return Path(tmp_path, name).read_bytes()

    with pytest.raises(UsageError) as error:
        sent(f"POST /hello\n\n{body}", read=read)

    assert str(error.value) == message


def test_definitions_that_grow_without_end_are_an_error():
    lines = ["@a0 = xxxxxxxxxx"]
    lines += [f"@a{i} = {f'{{{{a{i - 1}}}}}' * 20}" for i in range(1, 9)]

    with pytest.raises(UsageError):
        sent("\n".join([*lines, "POST /hello", "", "{{a8}}"]))


def test_a_file_is_sent_byte_for_byte_unless_variables_are_asked_for():
    files = {"a.bin": b"\xff{{x}}", "b.txt": b"{{x}}"}
    text = "@x = 1\nPOST /hello\n\n{}"

    assert sent(text.format("< a.bin"), read=files.get).body == b"\xff{{x}}"
    assert sent(text.format("<@ b.txt"), read=files.get).body == b"1"
