"""Tests saved from requests: they pass alone, and fail when a bug returns."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request

import pytest

from funclens.errors import UsageError
from funclens.requests.recorded.loosened import ANY, Loosener
from funclens.requests.recorded.recorded_request import recorded_request
from funclens.requests.recorded.save_test import write_test
from process import DEADLINE_S
from recorded.details import detail, message
from runner_process import RunnerProcess, clean_environment
from source_tree import functions_of, write_tree

pytestmark = pytest.mark.timeout(400)

MAIN = """\
import datetime
import time
import uuid
from pathlib import Path

import flask
import functions_framework
import functions_framework.aio
from dataclasses import dataclass


@functions_framework.http
def order(request):
    items = request.get_json()["items"]
    return {
        "id": str(uuid.uuid4()),
        "name": request.args["name"],
        "paid": True,
        "total": sum(items),
        "made": {"at": datetime.datetime.now().isoformat(), "by": "ada"},
        "epoch": time.time(),
        "text": 'say "hi" \\\\ ünïcode',
    }


@functions_framework.http
def page(request):
    now = datetime.datetime.now(datetime.timezone.utc)
    name = request.args["name"]
    return f"<p>Hello {name} (it is {now:%a, %d %b %Y %H:%M:%S GMT})</p>"


@functions_framework.http
def plain(request):
    return Path("words.txt").read_text(), 201, {"Content-Type": "text/x-words"}


@functions_framework.http
def picture(request):
    return flask.Response(bytes(range(256)) * 20, mimetype="image/png")


@functions_framework.http
def echo(request):
    return request.get_data() + request.path.encode()


@functions_framework.http
def moved(request):
    return flask.redirect("/elsewhere")


@functions_framework.http
def broken(request):
    return {"total": 1 / int(request.args["by"])}


@functions_framework.cloud_event
def on_message(event):
    assert event.data["message"]["data"]


@functions_framework.aio.http
async def later(request):
    return {"got": (await request.json())["a"]}
"""
REQUESTS = (
    ("POST", "/order?name=Zo%C3%AB%20A&x=2026-01-01", b'{"items": [1, 2]}'),
    ("GET", "/page?name=Ada", b""),
    ("GET", "/plain", b""),
    ("GET", "/picture", b""),
    ("PUT", "/echo//a%20b/c", bytes(range(256))),
    ("HEAD", "/page?name=Ada", b""),
    ("GET", "/moved", b""),
    ("GET", "/broken?by=0", b""),
    ("POST", "/later", b'{"a": 1}'),
)
CONFTEST = (
    "import sys\nsys.modules['funclens'] = sys.modules['funclens_worker'] = None\n"
)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A shop with a saved test of each request, and what pytest said of them."""
    place = tmp_path_factory.mktemp("saved")
    files = {"main.py": MAIN, "words.txt": "one\ntwo\n", "conftest.py": CONFTEST}
    shop = write_tree(place / "shop", files)
    state = write_tree(place / "state", {"a": ""})
    with RunnerProcess(shop, state=state) as runner:
        for method, target, body in REQUESTS:
            request(runner.url + target, method, body)
        send_event(runner.url)
        runner.wait_until(
            lambda: sum(e["event"] == "request" for e in runner.events) > len(REQUESTS),
            what="the requests",
        )
        functions = functions_of(shop)
        *others, last = reversed(ask(runner, "")["requests"])
        for item in others:
            recorded = recorded_request(ask(runner, f"/{item['id']}"))
            write_test(recorded, functions[item["function"]])
        printed = requests_of(state, shop, "--id", last["id"], "--save-test")
        assert printed == f"{shop / 'test_on_message.py'}\n"
    return shop


def request(url, method, body, *headers):
    command = ["curl", "-s", "-o", os.devnull, "-X", method, url, "--max-time", "60"]
    command += ["--head"] if method == "HEAD" else []
    command += [word for header in headers for word in ("-H", header)]
    if body:
        command += ["-H", "Content-Type: application/json", "--data-binary", "@-"]
        command += ["-H", "Authorization: Bearer secret"]
    command = [
        word for word in command if method != "HEAD" or word not in {"-X", method}
    ]
    subprocess.run(command, input=body, check=True, timeout=DEADLINE_S)


def ask(runner, path):
    token = {"X-Funclens-Token": runner.wait_event("ready")["token"]}
    url = f"{runner.url}/_funclens/requests{path}"
    with urllib.request.urlopen(urllib.request.Request(url, None, token)) as response:
        return json.loads(response.read())


def send_event(url):
    headers = ("ce-id: 1", "ce-specversion: 1.0", "ce-type: a", "ce-source: b")
    request(f"{url}/on_message", "POST", b'{"message": {"data": "aGk="}}', *headers)


def requests_of(state, shop, *words):
    ended = subprocess.run(
        [sys.executable, "-m", "funclens", "requests", str(shop), *words],
        env=clean_environment() | {"XDG_STATE_HOME": str(state)},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def run_pytest(shop):
    """Return the outcome of each test, and the whole report."""
    words = [
        "-q",
        "-rA",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        "-c",
        os.devnull,
    ]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *words, "--rootdir", str(shop), str(shop)],
        cwd=shop,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    found = re.findall(
        r"^(PASSED|FAILED|ERROR) \S*?(test_\w+)(?: |$)", ended.stdout, re.MULTILINE
    )
    return {name: outcome for outcome, name in found}, ended.stdout + ended.stderr


def test_saved_tests_pass_without_funclens_and_fail_when_the_bug_returns(saved):
    outcomes, report = run_pytest(saved)
    expected = {
        "test_order_responds_200": "PASSED",
        "test_page_responds_200": "PASSED",
        "test_plain_responds_201": "PASSED",
        "test_picture_responds_200": "PASSED",
        "test_echo_responds_200": "PASSED",
        "test_moved_responds_302": "PASSED",
        "test_broken_does_not_fail": "FAILED",
        "test_on_message_responds_200": "PASSED",
        "test_later_responds_200": "PASSED",
    }
    assert outcomes == expected, report
    assert "assert 500 < 500" in report
    assert (saved / "test_page_2.py").exists()  # HEAD

    mended = MAIN.replace('1 / int(request.args["by"])', "1")
    bugs = {
        "sum(items)": "sum(items) + 1",
        "Hello {": "Hallo {",
        ", 201, ": ", 200, ",
        "* 20": "* 21",
        "+ request.path.encode()": "",
        '"/elsewhere"': '"/elsewhere", 301',
        'event.data["message"]["data"]': "False",
        '["a"]}': '["a"] + 1}',
    }
    for good, bad in bugs.items():
        assert good in mended, good
        mended = mended.replace(good, bad)
    (saved / "main.py").write_text(mended, "utf-8")
    outcomes, report = run_pytest(saved)

    opposite = {"PASSED": "FAILED", "FAILED": "PASSED"}
    assert outcomes == {name: opposite[was] for name, was in expected.items()}, report


def test_units_with_modules_of_one_name_are_tested_in_one_run(tmp_path):
    main = """\
        import functions_framework
        import helper
        from lib import names


        @functions_framework.http
        def total(request):
            return f"{helper.TOTAL} {names.NAME}"
        """
    shop = write_tree(
        tmp_path / "shop",
        {
            f"{unit}/{name}": text
            for unit in ("billing", "shipping")
            for name, text in {
                "main.py": main,
                "helper.py": f"TOTAL = '{unit}'\n",
                "lib/names.py": f"NAME = '{unit}'\n",
            }.items()
        },
    )
    functions = functions_of(shop)
    for unit in ("billing", "shipping"):
        body = f"{unit} {unit}".encode()
        value = detail("GET", "/total", response=message([], body, status=200))
        function = functions[f"{unit}.main.total"]
        written = write_test(recorded_request(value), function)
        assert written.path == str(shop / unit / f"test_{unit}_total.py")

    _, report = run_pytest(shop)

    assert "2 passed" in report, report


def test_a_masked_value_matches_every_value():
    assert Loosener('{"pin": "***"}').value({"said": "the pin ***"}) == {"said": ANY}
    assert Loosener("***").pattern("got *** now") == r"got\ .+\ now"


def test_only_what_differs_from_call_to_call_is_loosened(saved):
    text = (saved / "test_order.py").read_text("utf-8")

    assert '"id": ANY' in text
    assert text.count("ANY,") + text.count("ANY}") == 3
    assert '"total": 3' in text
    assert '"name": "Zoë A"' in text
    assert 'os.environ.get("AUTHORIZATION", "masked")' in text
    assert "secret" not in text


def test_a_test_is_written_where_it_is_wanted_and_replaces_nothing(tmp_path):
    shop = write_tree(tmp_path / "shop", {"main.py": MAIN})
    function = functions_of(shop)["main.page"]
    recorded = recorded_request(detail("GET", "/page?name=a"))
    path = tmp_path / "tests" / "test_it.py"
    path.parent.mkdir()

    first = write_test(recorded, function, str(path))
    with pytest.raises(UsageError, match="already exists"):
        write_test(recorded, function, str(path))
    beside = write_test(recorded, function)

    assert first.path == str(path)
    assert '(Path(__file__).parent / "../shop/main.py").resolve()' in path.read_text()
    assert beside.path == str(shop / "test_page.py")


def test_a_request_whose_body_is_not_known_is_no_test(tmp_path):
    shop = write_tree(tmp_path / "shop", {"main.py": MAIN})
    value = detail("POST", "/echo", body=b"abc")
    value["request"] = message([], b"abc", truncated=True, size=2_000_000)

    with pytest.raises(UsageError, match="only the first 3 bytes"):
        write_test(recorded_request(value), functions_of(shop)["main.echo"])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", 17),
        ("userId", 17),
        ("order_id", "a"),
        ("createdAt", "x"),
        ("updated_at", 1.5),
        ("x", "2026-11-26T10:00:00.123Z"),
        ("x", "2026-11-26"),
        ("x", "Thu, 26 Nov 2026 10:00:00 GMT"),
        ("x", "at 10:45:31"),
        ("x", "6f1c4c0a-6a41-4b0c-9d6e-0a1b2c3d4e5f"),
        ("x", 1795687200),
        ("x", "eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.abc"),
        ("x", "done in 12 ms"),
        ("x", "0af7651916cd43dd8448eb211c80319c"),
    ],
)
def test_volatile_values_are_loosened(key, value):
    assert Loosener("").value({key: value}) == {key: ANY}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("paid", "x"),
        ("valid", 1),
        ("x", "Hello"),
        ("x", 42),
        ("x", "1.2.3"),
        ("x", "a-long-but-plain-sentence-with-words"),
        ("time", None),
        ("id", "ada-1"),
        ("ids", ["ada-1"]),
    ],
)
def test_other_values_are_expected_again(key, value):
    """What was sent is expected as well, whatever its key."""
    assert Loosener("GET /users/ada-1").value({key: value}) == {key: value}


def test_hostile_texts_are_searched_in_linear_time():
    text = "a-" * 200_000
    values = {f"k{number}": "1a-A" * 4_000 for number in range(100)}

    assert Loosener(text).value({"x": text, **values})
