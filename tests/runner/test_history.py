"""The history of requests: what it keeps of each, and who may see it."""

from __future__ import annotations

import base64
import http.client
import json
import time
import urllib.parse

import pytest

from process import DEADLINE_S
from runner.conftest import connect, exchange, get, read_all
from runner_process import RunnerProcess

MIB = 1_048_576
SOURCE = """
import sys

import flask
import functions_framework
import functions_framework.aio


class Order:
    def __init__(self):
        self.id = 7

    def __repr__(self):
        raise SystemExit("never called")


@functions_framework.http
def echo(request):
    print("got", request.method, request.path if "pin" in request.args else "")
    return flask.Response(request.get_data(), mimetype="application/octet-stream")


@functions_framework.http
def boom(request):
    order = Order()
    token = request.headers.get("Authorization")
    raise ValueError(f"no order for {token}" + "y" * int(request.args.get("y", 0)))


@functions_framework.http
def ignores(request):
    return "unread"


@functions_framework.http
def stream(request):
    return (f"part {i}," for i in range(3))


@functions_framework.http
def ends(request):
    import os

    os._exit(3)


@functions_framework.aio.http
async def later(request):
    return "later " + (await request.body()).decode()
"""


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    """One runner for all tests: each looks at the requests that it has sent."""
    root = tmp_path_factory.mktemp("history")
    folder = root / "workspace"
    folder.mkdir()
    (folder / "main.py").write_text(SOURCE, "utf-8")
    state = root / "state"
    state.mkdir()
    (folder / "pyproject.toml").write_text('[tool.funclens]\nredact = ["pin"]\n')
    with RunnerProcess(folder, state=state) as process:
        yield process


def ask(runner, path="", method="GET", **headers):
    """Return status and JSON of one of the history's routes, with the token."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    given.setdefault("X-Funclens-Token", runner.wait_event("ready")["token"])
    connection = http.client.HTTPConnection(*runner.address, timeout=DEADLINE_S)
    connection.request(method, f"/_funclens/requests{path}", headers=given)
    response = connection.getresponse()
    return response.status, json.loads(response.read())


def sent(runner, data):
    """Send bytes to a function; return the response and the whole entry of it."""
    with connect(runner) as connection:
        port = connection.getsockname()[1]
        since = len(runner.events)
        connection.sendall(data)
        response = read_all(connection)
    id_ = runner.wait_event("request", since=since, port=port)["request"]
    return response, ask(runner, f"/{id_}")[1]


def post(target, body, *headers):
    """Return the bytes of a request."""
    lines = [f"POST {target} HTTP/1.1", "Host: localhost", *headers]
    lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def test_a_request_is_kept_with_its_response_timing_and_output(runner):
    response, entry = sent(runner, post("/echo/below?a=%20b", b'{"n": 1}', "X-Y: z"))

    assert entry["request"] == {
        "target": "/echo/below?a=%20b",
        "headers": [["Host", "localhost"], ["X-Y", "z"], ["Content-Length", "8"]],
        "body": {"text": '{"n": 1}'},
        "size": 8,
        "truncated": False,
    }
    assert entry["response"]["status"] == 200
    assert ["Content-Length", "8"] in entry["response"]["headers"]
    assert entry["response"]["body"] == {"text": '{"n": 1}'}
    assert response.endswith(b'{"n": 1}')
    assert entry["output"] == ["got POST "]
    assert entry["timing"].keys() == {"queued", "loading", "function", "streaming"}
    assert entry["exception"] is None
    (listed,) = ask(runner, "?limit=1")[1]["requests"]
    assert listed == {name: entry[name] for name in listed}
    assert (listed["function"], listed["path"]) == ("main.echo", "/below")
    assert (listed["failed"], listed["origin"]) == (False, "request")


def test_a_body_that_is_no_text_is_base64(runner):
    body = bytes(range(256))

    _, entry = sent(runner, post("/echo", body))

    for message in (entry["request"], entry["response"]):
        assert base64.b64decode(message["body"]["base64"]) == body


def test_the_first_mebibyte_of_a_large_body_is_kept_and_its_size(runner):
    body = b"x" * 3 * MIB

    _, entry = sent(runner, post("/echo", body))

    for message in (entry["request"], entry["response"]):
        assert len(message["body"]["text"]) == MIB
        assert message["size"] == 3 * MIB
        assert message["truncated"]
    status, answer = ask(runner, f"/{entry['id']}/replay", "POST")
    assert status == 409
    assert "only 1,048,576 bytes of its body are known" in answer["error"]


def test_chunks_are_joined_and_sent_again_as_they_came(runner):
    chunked = b"4;x=y\r\nabcd\r\n2\r\n\xff\x00\r\n0\r\nTrailer: t\r\n\r\n"
    head = b"POST /echo HTTP/1.1\r\nhost:  localhost\r\ntransfer-encoding: chunked\r\n"
    _, entry = sent(runner, head + b"Authorization: Bearer secret\r\n\r\n" + chunked)
    assert base64.b64decode(entry["request"]["body"]["base64"]) == b"abcd\xff\x00"
    assert ["Authorization", "***"] in entry["request"]["headers"]

    status, answer = ask(runner, f"/{entry['id']}/replay", "POST")

    again = ask(runner, f"/{answer['id']}")[1]
    assert status == 200
    assert (again["origin"], again["replay_of"]) == ("replay", entry["id"])
    assert again["request"] == entry["request"]
    assert again["response"]["body"] == entry["response"]["body"]


def test_a_replay_sends_masked_headers_as_they_were(runner):
    _, entry = sent(runner, post("/boom", b"", "Authorization: Bearer abc-secret-xyz"))
    assert "abc-secret-xyz" not in json.dumps(entry)
    assert entry["exception"]["message"] == "no order for ***"

    _, answer = ask(runner, f"/{entry['id']}/replay", "POST")

    event = runner.wait_event("request", request=answer["id"])
    assert "no order for Bearer abc-secret-xyz" in event["error"]["error"]


def test_an_exception_has_frames_and_the_variables_of_user_code(runner):
    _, entry = sent(runner, post("/boom", b""))

    exception = entry["exception"]
    *others, frame = exception["frames"]
    assert exception["type"] == "ValueError"
    assert "in boom" in exception["traceback"]
    assert (frame["function"], frame["is_user"]) == ("boom", True)
    assert frame["source"].startswith("raise ValueError(")
    assert frame["locals"]["order"] == "Order(id=7)"
    assert frame["locals"]["token"] == "None"
    assert not any("locals" in other for other in others)
    assert entry["failed"]


def test_a_message_of_any_size_is_cut(runner):
    _, entry = sent(runner, post("/boom?y=5000000", b""))

    assert len(entry["exception"]["message"]) == 10_000
    assert "characters …" in entry["exception"]["traceback"]
    assert len(entry["exception"]["traceback"]) < 70_000


def test_a_streamed_response_is_kept_without_its_chunks(runner):
    _, entry = sent(runner, post("/stream", b""))

    assert ["Transfer-Encoding", "chunked"] in entry["response"]["headers"]
    assert entry["response"]["body"] == {"text": "part 0,part 1,part 2,"}
    assert entry["response"]["size"] == 21


def test_an_async_function_is_kept_too(runner):
    _, entry = sent(runner, post("/later", b"x" * 100_000))

    assert entry["request"]["size"] == 100_000
    assert entry["response"]["status"] == 200
    assert entry["response"]["body"] == {"text": "later " + "x" * 100_000}


def test_a_request_whose_worker_dies_is_kept_as_the_front_door_knows_it(runner):
    _, entry = sent(runner, post("/ends", b"last words"))

    assert entry["request"]["body"] == {"text": "last words"}
    assert entry["status"] == 500
    assert "ended while it handled" in entry["response"]["body"]["text"]


def test_a_request_that_the_server_of_the_worker_refuses_has_its_status(runner):
    _, entry = sent(
        runner, b"GET /echo HTTP/1.1\r\nHost: localhost\r\nBad Header\r\n\r\n"
    )

    assert (entry["status"], entry["failed"]) == (400, False)
    assert entry["response"]["status"] == 400


def test_a_request_that_is_too_large_is_kept_too(runner):
    head = b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n"

    _, entry = sent(runner, head)

    assert (entry["status"], entry["request"]["body"]) == (413, {"text": ""})
    assert "larger than 32 MiB" in entry["response"]["body"]["text"]


def test_listed_names_are_masked_in_query_and_body(runner):
    body = b'{"pin": {"deep": "1234"}, "other": "5678"}'

    _, entry = sent(runner, post("/echo?pin=1234&x=1", body))

    assert "1234" not in json.dumps(entry)
    assert entry["query"] == "pin=***&x=1"
    assert entry["request"]["body"]["text"] == '{"pin": "***", "other": "5678"}'


def test_masked_values_are_masked_in_output_and_echoes_too(runner):
    headers = ("Authorization: Bearer abc-secret-xyz", "X-Copy: abc-secret-xyz")
    body = b'{"pin": "12345678", "shown": "the pin is 12345678, abc-secret-xyz"}'

    response, entry = sent(runner, post("/echo/12345678?pin=87654321", body, *headers))

    assert body in response
    shown = json.dumps({**entry, "path": ""})
    for secret in ("abc-secret-xyz", "12345678", "87654321"):
        assert secret not in shown
    assert entry["output"] == ["got POST /***"]
    assert ["X-Copy", "***"] in entry["request"]["headers"]
    masked = {"text": '{"pin": "***", "shown": "the pin is ***, ***"}'}
    assert entry["response"]["body"] == entry["request"]["body"] == masked


def test_a_busy_worker_reports_later(runner):
    """The last requests are all there, with their bytes and in order of arrival."""
    sent(runner, post("/echo", b""))  # no event of an earlier test is awaited any more
    since = len(runner.events)
    for number in range(200):
        exchange(runner, post("/echo", b"%d" % number))
    ids = runner.wait_until(lambda: completed(runner, since, 200), what="200 requests")

    for number in (0, 100, 199):
        entry = until(lambda id_=ids[number]: whole(runner, id_))
        assert entry["request"]["body"] == {"text": str(number)}
        assert entry["response"]["body"] == {"text": str(number)}
        assert entry["output"] == ["got POST "]
    listed = until(lambda: listed_since(runner, ids))
    assert listed == ids[::-1]
    assert ask(runner)[1]["skipped"] == 0


def completed(runner, since, count):
    """Return the ids of completed requests in order of arrival, if there are enough."""
    events = [event for event in runner.events[since:] if event["event"] == "request"]
    ids = [event["request"] for event in events]
    if len(ids) < count:
        return None
    return sorted(ids, key=lambda id_: int(id_.partition("-")[2]))


def whole(runner, id_):
    """Return an entry once its worker has reported it."""
    entry = ask(runner, f"/{id_}")[1]
    return entry if entry["response"] else None


def listed_since(runner, ids):
    """Return the ids in the list once all of them are there."""
    listed = [item["id"] for item in ask(runner)[1]["requests"]]
    return listed[: len(ids)] if {*ids} <= {*listed} else None


def until(look):
    """Return the first result; each look waits for the worker."""
    end = time.monotonic() + DEADLINE_S
    while (found := look()) is None:
        assert time.monotonic() < end
    return found


def test_the_list_is_filtered(runner):
    _, first = sent(runner, post("/echo", b""))
    _, failed = sent(runner, post("/boom", b""))
    _, second = sent(runner, post("/echo", b""))

    def ids(query):
        return [item["id"] for item in ask(runner, query)[1]["requests"]]

    after = urllib.parse.quote(first["received_at"])
    assert ids(f"?since={first['id']}") == [second["id"], failed["id"]]
    assert ids(f"?since={after}") == [second["id"], failed["id"]]
    assert ids(f"?since={first['id']}&function=main.echo") == [second["id"]]
    assert ids(f"?since={first['id']}&status=failed") == [failed["id"]]
    assert ids(f"?since={first['id']}&status=2xx,404") == [second["id"]]
    assert ids("?limit=1") == [second["id"]]
    for wrong in ("status=fine", "limit=-1"):
        assert ask(runner, f"?{wrong}")[0] == 400


def test_new_requests_are_streamed(runner):
    token = runner.wait_event("ready")["token"]
    connection = http.client.HTTPConnection(*runner.address, timeout=DEADLINE_S)
    headers = {"Accept": "text/event-stream", "X-Funclens-Token": token}
    connection.request("GET", "/_funclens/requests?status=5xx", headers=headers)
    stream = connection.getresponse()

    sent(runner, post("/echo", b""))
    _, entry = sent(runner, post("/boom", b""))

    while not (line := stream.readline()).startswith(b"data: "):
        assert line
    summary = json.loads(line.removeprefix(b"data: "))
    assert summary == {name: entry[name] for name in summary}
    connection.close()


def test_only_the_token_and_the_own_page_see_requests(runner):
    own = f"http://{runner.url.removeprefix('http://')}"
    page = {"Sec_Fetch_Site": "same-origin", "X_Funclens_Token": ""}
    allowed = (page, {**page, "Origin": own})
    refused = (
        {"X_Funclens_Token": ""},
        {"X_Funclens_Token": "wrong"},
        {"Origin": own},
        {**page, "Sec_Fetch_Site": "same-site"},
        {**page, "Sec_Fetch_Site": "none"},
        {**page, "Origin": "http://localhost:1"},
        {**page, "X_Forwarded_For": "192.0.2.1"},
        {**page, "Host": "192.168.0.1"},
    )

    for headers in allowed:
        assert ask(runner, **headers)[0] == 200, headers
    for headers in refused:
        assert ask(runner, **headers)[0] == 403, headers
        assert ask(runner, "/x/replay", "POST", **headers)[0] == 403, headers


def test_unknown_ids_and_routes_are_reported(runner):
    assert ask(runner, "/nothing")[0] == 404
    assert ask(runner, "/nothing/replay", "POST")[0] == 404
    assert ask(runner, "/nothing/else")[0] == 404
    assert ask(runner, "", "POST")[0] == 405
    assert ask(runner, "/nothing/replay")[0] == 405


def test_a_runner_without_history_keeps_nothing(workspace, serve):
    folder = workspace({"main.py": SOURCE})
    (folder / "pyproject.toml").write_text("[tool.funclens]\nhistory = 0\n")
    runner = serve(folder)

    assert get(runner, "/echo")[0] == 200

    assert runner.wait_event("request")["request"] is None
    nothing = {"version": 1, "requests": [], "limit": 0, "skipped": 0}
    assert ask(runner) == (200, nothing)


def test_requests_are_deleted_also_from_streams_and_the_file(workspace, serve):
    folder = workspace({"main.py": SOURCE})
    options = ("--port", "0", "--history", str(folder / "requests.db"))
    with serve(folder, options=options) as first:
        token = first.wait_event("ready")["token"]
        connection = http.client.HTTPConnection(*first.address, timeout=DEADLINE_S)
        headers = {"Accept": "text/event-stream", "X-Funclens-Token": token}
        connection.request("GET", "/_funclens/requests", headers=headers)
        stream = connection.getresponse()
        one, two, three, failed = [
            sent(first, post(target, b""))[1]["id"]
            for target in ("/echo", "/echo", "/echo", "/boom")
        ]

        assert ask(first, f"/{one}", "DELETE") == (200, {"removed": 1})
        assert ask(first, f"/{one}", "DELETE")[0] == 404
        assert ask(first, "?status=failed", "DELETE") == (200, {"removed": 1})
        left = [item["id"] for item in ask(first)[1]["requests"]]
        assert left == [three, two]
        assert ask(first, "", "DELETE", X_Funclens_Token="wrong")[0] == 403
        assert ask(first, "", "DELETE") == (200, {"removed": 2})
        assert ask(first)[1]["requests"] == []
        told = []
        while len(told) < 3:
            line = stream.readline()
            assert line
            if line == b"event: removed\n":
                data = stream.readline().removeprefix(b"data: ")
                told.append(json.loads(data)["ids"])
        assert told == [[one], [failed], None]
        connection.close()
        last = sent(first, post("/echo", b""))[1]["id"]

    second = serve(folder, options=options)
    assert [item["id"] for item in ask(second)[1]["requests"]] == [last]
