"""The examples do what README.md and their docstrings say, served for real."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from funclens.runner.emulators.installed import EMULATORS, find_command
from runner_process import FrameworkProcess, RunnerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(__file__).parents[1] / "examples"
LONG_S = 180.0
"""How long an emulator may take to start."""
ORDER = b'{"email": "ada@example.com", "items": {"tea": 2}}'


def fetch(
    url: str, data: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body, whatever the status is."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data, named)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


def fetch_json(url: str, data: bytes | None = None, **headers: str) -> tuple[int, Any]:
    status, _, body = fetch(url, data, **headers)
    return status, json.loads(body)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a runner of examples/shop."""
    state = tmp_path_factory.mktemp("state")
    with RunnerProcess(EXAMPLES / "shop", state=state) as runner:
        yield runner.url


def test_hello_greets(tmp_path: Path) -> None:
    with RunnerProcess(EXAMPLES / "hello", state=tmp_path) as runner:
        assert fetch(f"{runner.url}/hello")[2] == b"Hello World!\n"
        assert fetch(f"{runner.url}/hello?name=Ada")[2] == b"Hello Ada!\n"


def test_units_with_helpers_of_the_same_name_are_isolated(shop: str) -> None:
    assert fetch_json(f"{shop}/charge?amount=12.50")[1]["charged"] == "12.50 EUR"
    assert fetch_json(f"{shop}/product/1002") == (
        200,
        {"name": "Floor lamp", "number": "1002", "price": "89.00"},
    )


def test_a_bad_request_is_handled_by_the_function(shop: str) -> None:
    status, answer = fetch_json(
        f"{shop}/charge", b'{"amount": "much"}', Content_Type="application/json"
    )

    assert (status, answer) == (400, {"error": "Send an amount such as 12.50: 'much'"})


def test_a_template_is_found_beside_its_source(shop: str) -> None:
    page = fetch(f"{shop}/invoice/2024-0042?cents=1250")[2].decode()

    assert "<h1>Invoice 2024-0042</h1>" in page
    assert "Total: 12.50 EUR" in page


def test_functions_of_a_package_are_served_by_the_unit_that_exports_them(
    shop: str,
) -> None:
    status, found = fetch_json(f"{shop}/search?q=lamp")

    assert (status, [item["number"] for item in found]) == (200, ["1001", "1002"])


def test_a_function_without_a_decorator_is_served(shop: str) -> None:
    answer = fetch_json(
        f"{shop}/parcel_webhook", b'{"id": 7}', Content_Type="application/json"
    )

    assert answer == (200, {"parcel": 7, "state": "unknown"})


def test_a_webhook_verifies_the_signature_of_the_raw_bytes(
    shop: str,
) -> None:
    body = b'{"paid":  true}'
    digest = hmac.new(b"for local use only", body, hashlib.sha256).hexdigest()

    assert fetch(f"{shop}/payment_webhook", body, X_Signature=digest)[0] == 204
    assert fetch(f"{shop}/payment_webhook", body, X_Signature="no")[0] == 401


def test_two_functions_collide_and_both_are_reachable(shop: str) -> None:
    status, _, body = fetch(f"{shop}/health")

    assert status == 409
    assert b"/billing.main.health" in body
    assert b"/webhooks.main.health" in body
    assert fetch_json(f"{shop}/billing.main.health")[1]["service"] == "billing"
    assert fetch_json(f"{shop}/webhooks.main.health")[1]["service"] == "webhooks"


@pytest.fixture
def event_shop(tmp_path: Path) -> Path:
    """A copy of examples/events, which writes e-mails."""
    ignored = shutil.ignore_patterns("outbox", ".venv")
    return shutil.copytree(EXAMPLES / "events", tmp_path / "events", ignore=ignored)


def test_the_event_shop_says_what_it_lacks_without_emulators(
    event_shop: Path, tmp_path: Path
) -> None:
    without = dict.fromkeys(("PUBSUB_EMULATOR_HOST", "FIRESTORE_EMULATOR_HOST"), "")
    with RunnerProcess(event_shop, state=tmp_path, env=without) as runner:
        status, answer = fetch_json(
            f"{runner.url}/order", ORDER, Content_Type="application/json"
        )
        assert status == 503
        assert "funclens run --emulators" in answer["error"]

        task = b'{"data": {"order": 7, "to": "ada@example.com", "items": {"tea": 2}}}'
        mailed = fetch(f"{runner.url}/sendmail", task, Content_Type="application/json")
        assert mailed[0] == 200

    mail = (event_shop / "mail" / "outbox" / "order-7.eml").read_text("utf-8")
    assert "2 x tea" in mail


@pytest.mark.may_skip_in_ci
@pytest.mark.timeout(400)
def test_an_order_of_the_event_shop_becomes_an_email(
    event_shop: Path, tmp_path: Path
) -> None:
    """HTTP, Pub/Sub, Firestore and Cloud Tasks, with the real emulators."""
    for kind in ("pubsub", "firestore"):
        if find_command(EMULATORS[kind], os.environ) is None:
            pytest.skip(f"no {kind} emulator: {EMULATORS[kind].how_to_install}")
    unset = {kind.variable: "" for kind in EMULATORS.values()}
    unset |= {"CLOUD_TASKS_EMULATOR_HOST": "", "GOOGLE_CLOUD_PROJECT": "demo-shop"}
    options = ("--port", "0", "--emulators")
    with RunnerProcess(
        event_shop, state=tmp_path, options=options, env=unset
    ) as runner:
        for source in ("topic orders", "document orders/{orderId}", "queue sendmail"):
            runner.wait_event("wired", source=source, deadline=LONG_S)
        runner.wait_event("wired", id="orders.main.save_order", deadline=LONG_S)

        status, answer = fetch_json(
            f"{runner.url}/order", ORDER, Content_Type="application/json"
        )
        assert status == 202
        for function in (
            *("main.on_order", "orders.main.save_order"),
            *("mail.main.on_order_saved", "mail.main.sendmail"),
        ):
            found = runner.wait_event("delivery", id=function, deadline=LONG_S)
            assert found["result"] == "delivered", found

    outbox = event_shop / "mail" / "outbox"
    mail = (outbox / f"order-{answer['order']}.eml").read_text("utf-8")
    assert "To: ada@example.com" in mail
    assert "2 x tea" in mail


@pytest.mark.parametrize(
    ("unit", "target", "path"),
    [
        ("hello", "hello", "/?name=Ada"),
        ("shop/billing", "invoice", "/2024-0042?cents=1250"),
        ("shop/billing", "health", "/"),
        ("shop/catalog", "product", "/1002"),
        ("shop/catalog", "search", "/?q=lamp"),
        ("shop/webhooks", "payment_webhook", "/"),
    ],
)
def test_examples_need_nothing_but_functions_framework(
    tmp_path: Path, shop: str, unit: str, target: str, path: str
) -> None:
    """The framework alone serves them, with the answers that the runner gives."""
    with FrameworkProcess(EXAMPLES / unit, target, home=tmp_path) as framework:
        host, port = framework.address
        theirs = fetch(f"http://{host}:{port}{path}")
    if unit == "hello":
        assert theirs[2] == b"Hello Ada!\n"
        return
    ours = fetch(f"{shop}/{unit.partition('/')[2]}.main.{target}{path}")

    assert (ours[0], ours[2]) == (theirs[0], theirs[2])
