"""The card of a function says what a person wants to copy."""

from __future__ import annotations

import re

import pytest
from lsprotocol import types

from features.catalogs import (
    FOLDER,
    SOURCE,
    catalog,
    function,
    places,
    running,
    status,
)
from funclens.cold_start import ColdStart, ModuleTime
from funclens.features import Activity, ClientProfile, make_snapshot
from funclens.features.hover import hover
from funclens.model import DeployOptions, SignatureType, Trigger
from funclens.runner.units.status import UnitState

PATH = f"{FOLDER}/main.py"
ON_THE_NAME = types.Position(3, 6)


def card(item=None, *, position=ON_THE_NAME, markdown=True, activity=None):
    snapshot = make_snapshot(catalog(item or function()), activity=activity)
    profile = ClientProfile(markdown=markdown)
    return hover(snapshot, PATH, position, places(SOURCE), profile)


def test_the_hover_has_url_kind_unit_and_curl():
    text = card(activity=Activity(running())).contents.value

    assert "<http://127.0.0.1:8080/hello>" in text
    assert "HTTP function, unit main, running" in text
    assert "curl http://127.0.0.1:8080/hello" in text


def test_the_hover_range_is_the_name():
    found = card().range

    assert (found.start.character, found.end.character) == (4, 9)


@pytest.mark.parametrize("position", [types.Position(3, 12), types.Position(0, 6)])
def test_there_is_no_hover_outside_the_name(position):
    assert card(position=position) is None


def test_a_client_without_markdown_gets_plain_text():
    found = card(markdown=False).contents

    assert found.kind is types.MarkupKind.PlainText
    assert "**" not in found.value


def test_the_curl_command_of_an_event_function_sends_an_event():
    event = function(signature_type=SignatureType.CLOUDEVENT)

    text = card(event).contents.value

    assert "-H 'ce-specversion: 1.0'" in text
    assert "--data-raw" in text


def test_a_deployed_name_and_the_docstring_are_shown():
    text = card(function(deployed_name="greet", doc="Say hello.")).contents.value

    assert "Deployed as greet" in text
    assert "Say hello." in text


def test_triggers_and_options_are_shown_in_words():
    topic = Trigger(
        "pubsub", "decorator", attributes=(("topic", "orders"),), retry=True
    )
    options = DeployOptions(memory_mib=512, timeout_seconds=60, concurrency=1)
    item = function(triggers=(Trigger("http", "deploy-file"), topic), options=options)

    text = card(item).contents.value

    assert "Trigger: Pub/Sub topic orders, with retries" in text
    assert "Trigger: HTTP" not in text
    assert "Deployed with 512 MiB, timeout 60 s, concurrency 1" in text


def test_a_scheduled_function_says_when_it_runs_next():
    attributes = (("schedule", "30 3 * * *"), ("time_zone", "Asia/Tokyo"))
    nightly = function(triggers=(Trigger("schedule", "decorator", "", attributes),))

    text = card(nightly).contents.value

    assert re.search(r"Next run \w{3} \d\d \w{3} 03:30 JST", text)


@pytest.mark.parametrize("schedule", ["every 0 minutes", "whenever", ""])
def test_an_unknown_next_run_is_not_shown(schedule):
    attributes = (("schedule", schedule),)
    item = function(triggers=(Trigger("schedule", "decorator", "", attributes),))

    text = card(item).contents.value
    assert "Next run" not in text
    assert "Runs " not in text


def test_the_hover_says_how_long_a_cold_start_takes():
    measured = ColdStart(
        2.9,
        (
            ModuleTime("main", 0.1, 2.9, None, is_own=True),
            ModuleTime("pandas", 1.4, 1.4, "main"),
        ),
    )
    ready = status(UnitState.READY, cold_start=measured)

    text = card(activity=Activity(running(ready))).contents.value

    assert "\n\nCold start 2.9 s · pandas 1.4 s\n\n" in text
