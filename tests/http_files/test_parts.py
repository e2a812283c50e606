"""Forms with files in `.http` files."""

from __future__ import annotations

from funclens.requests.http_file import parse_http_file
from funclens.requests.http_parts import WrittenPart, body_lines, written_parts
from funclens.requests.http_target import request_of_file
from funclens.requests.http_writing import write_http_file
from funclens.requests.request import Request

PARTS = (
    WrittenPart("note", "two\nlines"),
    WrittenPart('a "name"', "ü"),
    WrittenPart("photo", path="pictures/cat.png"),
)
HEADERS = (("Content-Type", "multipart/form-data; boundary=b0"),)


def written() -> str:
    request = Request("POST", "/x", HEADERS, b"")
    lines = body_lines(PARTS, "b0")
    return write_http_file("main.f", "http://127.0.0.1:8080/f", request, lines=lines)


def test_a_form_is_read_as_it_was_written() -> None:
    [request] = parse_http_file(written()).requests

    note, *others = written_parts(request, str)

    assert note == WrittenPart("note", "two\r\nlines")
    assert tuple(others) == PARTS[1:]


def test_the_bytes_of_a_file_are_sent_as_they_are() -> None:
    file = parse_http_file(written())
    content = bytes(range(256))

    request = request_of_file(file, file.requests[0], "/x", {}, lambda _name: content)

    head = b'name="photo"; filename="cat.png"\r\nContent-Type: image/png\r\n\r\n'
    assert head + content + b"\r\n--b0--" in request.body


def test_a_body_that_is_no_plain_form_has_no_parts() -> None:
    for text in (
        "POST /f\nContent-Type: multipart/form-data\n\n--b0\n\n1\n--b0--",
        "POST /f\nContent-Type: text/plain; boundary=b0\n\n--b0\n\n1\n--b0--",
        (
            "POST /f\nContent-Type: multipart/form-data; boundary=b0\n\n"
            '--b0\nContent-Disposition: form-data; name="a"\n\nbefore\n< file\n--b0--'
        ),
    ):
        [request] = parse_http_file(text).requests
        assert written_parts(request, str) == ()
