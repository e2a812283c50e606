"""Where triggers are shown: the page of a runner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.model import DeployOptions, Trigger
from funclens.requests.curl import commands_for
from funclens.requests.samples import Hints
from funclens.runner.page.render import index_document
from funclens.runner.page.view_model import PageView
from funclens.runner.units.status import UnitState, UnitStatus
from funclens.trigger_text import options_text, trigger_text
from source_tree import catalog_of, write_tree

if TYPE_CHECKING:
    from pathlib import Path

MAIN = """\
from firebase_functions import https_fn, scheduler_fn

@scheduler_fn.on_schedule(schedule="every day 00:00", memory=512)
def nightly(event): ...

@https_fn.on_request()
def hello(request): ...
"""


def test_the_page_shows_triggers_and_options_but_not_plain_http(
    tmp_path: Path,
) -> None:
    catalog = catalog_of(write_tree(tmp_path, {"main.py": MAIN}))
    url = "http://127.0.0.1:8080"
    view = PageView(
        url,
        (str(tmp_path),),
        catalog,
        {"main": UnitStatus("main", UnitState.IDLE)},
        {},
    )
    commands = {
        item.id: commands_for(item, url + item.route, Hints())
        for item in catalog.functions
    }

    page = index_document(view, commands, 1).decode()

    assert re.search(
        r'data-live="schedule:main.nightly">Next run \w+ \d+ \w+ 00:00 UTC</p>', page
    )
    assert 'data-live="schedule:main.hello"' not in page

    assert "Schedule every day 00:00" in page
    assert "Deployed with 512 MiB" in page
    assert ">HTTP<" not in page


def test_long_and_odd_texts_of_a_workspace_are_shown_on_one_short_line() -> None:
    odd = "a\n\x1b[31m\u202e" + "b" * 10_000
    trigger = Trigger(
        "eventarc", "decorator", odd, (("schedule", odd), ("topic", odd)), ((odd, odd),)
    )
    options = DeployOptions(regions=(odd,), secrets=(odd,) * 1_000)

    for text in (trigger_text(trigger), options_text(options)):
        assert len(text) < 4_000
        assert not set("\n\x1b\u202e") & set(text)
