"""The runner's history in an editor: listed, shown, replayed, copied."""

from __future__ import annotations

import urllib.request

import pytest

from lsp.client import ResponseError

MAIN = """\
import functions_framework


@functions_framework.http
def order(request):
    amount = request.get_json()["amount"]
    print("order of", amount)
    return {"charged": 10 / amount}
"""


def post(url, body):
    request = urllib.request.Request(url, body.encode(), method="POST")
    request.add_header("Content-Type", "application/json")
    request.add_header("Authorization", "Bearer secret")
    try:
        with urllib.request.urlopen(request, timeout=45) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def is_about(*statuses):
    def fits(params):
        return [item["status"] for item in params["requests"]] == [*statuses]

    return fits


def test_requests_of_others_are_listed_shown_and_sent_again(vscode, write):
    (main,) = write({"main.py": MAIN})
    client = vscode()
    client.open(main)
    url = client.execute("funclens.run", {"id": "main.order"})["url"]
    assert client.request("funclens/requests", {}) == {"requests": []}

    # A request that the editor did not send is listed as it completes.
    assert post(f"{url}/new?x=1", '{"amount": 0}') == 500
    changed = client.wait_for("funclens/requestsChanged", is_about(500))
    (summary,) = changed["requests"]
    found = [summary[name] for name in ("function", "method", "path", "query")]
    assert found == ["main.order", "POST", "/new", "x=1"]
    assert (summary["failed"], summary["origin"]) == (True, "request")

    shown = client.request("funclens/request", {"request": summary["id"]})
    assert shown["exception"]["type"] == "ZeroDivisionError"
    frame = shown["exception"]["frames"][-1]
    assert (frame["is_user"], frame["locals"]["amount"]) == (True, "0")
    assert shown["output"].startswith("order of 0\n")
    assert shown["request"]["text"] == '{"amount": 0}'
    assert shown["response"]["status"] == 500
    assert shown["draft"]["path"] == "/new?x=1"
    assert "# Authorization: ***" in shown["draft"]["headers"].splitlines()

    # It is saved as a test, and a file that exists is left alone.
    saved = client.execute("funclens.saveTest", {"request": summary["id"]})
    assert saved["path"] == str(main.with_name("test_order.py"))
    assert "test_order_does_not_fail" in main.with_name("test_order.py").read_text()
    with pytest.raises(ResponseError, match="already exists"):
        client.execute("funclens.saveTest", {"request": summary["id"], **saved})

    # It is sent again with identical bytes, by its id or as the last one.
    again = client.execute("funclens.replay", {"request": summary["id"]})
    assert again["status"] == 500
    last = client.execute("funclens.replay", {"id": "main.order"})
    assert last["status"] == 500
    client.wait_until(
        lambda: len(client.request("funclens/requests", {})["requests"]) == 3
    )
    newest = client.request("funclens/requests", {})["requests"][0]
    assert newest["origin"] == "replay"
    assert newest["id"] == last["request"]
    details = client.request("funclens/request", {"request": again["request"]})
    assert details["replay_of"] == summary["id"]

    # It is copied, with what is secret to be filled in.
    id_ = {"request": summary["id"]}
    for kind, word in (
        ("curl", "curl "),
        ("httpie", "http "),
        ("python", "requests.post("),
        ("http", "POST {{url}}/new?x=1"),
    ):
        copied = client.request("funclens/copyAs", {**id_, "format": kind})
        assert word in copied["text"]
        assert "secret" not in copied["text"]
        assert "authorization" in copied["advice"]
    call = {"id": "main.order", "method": "PUT", "path": "/a", "data": "x"}
    copied = client.request("funclens/copyAs", {**call, "format": "python"})
    assert f'"{url}/a"' in copied["text"]
    with pytest.raises(ResponseError, match="Unknown format"):
        client.request("funclens/copyAs", {**id_, "format": "go"})
    with pytest.raises(ResponseError, match="No request with this id"):
        client.request("funclens/request", {"request": "no-such"})

    # The lens has a mark for each of the last three, and offers a replay.
    assert client.wait_for_titles(
        main, lambda titles: any("✗✗✗ · Replay" in title for title in titles)
    )
    assert post(url, '{"amount": 4}') == 200
    client.wait_for("funclens/requestsChanged", is_about(200))
    assert client.wait_for_titles(
        main, lambda titles: any(title.endswith("✗✗✓") for title in titles)
    )

    client.execute("funclens.stop", {})
    client.wait_until(
        lambda: client.request("funclens/requests", {}) == {"requests": []}
    )
    assert client.told("funclens/requestsChanged")[-1] == {
        "reset": True,
        "requests": [],
    }
