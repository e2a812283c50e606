"""`funclens check --cold-start-budget` loads units, and only then."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cli.command import funclens
from funclens.cli.cold_start_budget import parse_seconds
from funclens.errors import UsageError
from source_tree import write_tree

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "import functions_framework\n"
FUNCTION = "\n\n@functions_framework.http\ndef {}(request):\n    return ''\n"
SLOW = "import time\n\ntime.sleep(0.5)\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write_tree(
        tmp_path,
        {
            "slow/main.py": f"{HEAD}\nimport helper{FUNCTION.format('slow')}",
            "slow/helper.py": "import os\nimport json.tool\n\nimport lazily\n",
            "slow/lazily.py": SLOW + "open('was-loaded', 'w')\n",
            "broken/main.py": f"{HEAD}\n1 / 0{FUNCTION.format('broken')}",
            "ends/main.py": f"{HEAD}import os\n\nos._exit(7){FUNCTION.format('ends')}",
        },
    )


def test_units_over_the_budget_and_broken_ones_are_problems(shop: Path) -> None:
    ended = funclens(
        *("check", "--cold-start-budget", "100ms", "--format", "json", str(shop))
    )
    value = json.loads(ended.stdout)

    assert ended.returncode == 1, ended.stderr
    found = {p["file"]: (p["code"], p["line"]) for p in value["problems"]}
    assert found == {
        "broken/main.py": ("import-error", 3),
        "ends/main.py": ("import-error", 4),
        "slow/helper.py": ("slow-cold-start", 4),
    }
    assert [*value["cold_starts"]] == ["slow.main"]
    start = value["cold_starts"]["slow.main"]
    assert start["seconds"] > 0.5
    times = {module["name"]: module for module in start["modules"]}
    assert times["lazily"]["self_seconds"] >= 0.5
    assert times["lazily"]["parent"] == "helper"
    messages = {problem["file"]: problem["message"] for problem in value["problems"]}
    assert "ZeroDivisionError" in messages["broken/main.py"]
    assert "exited with code 7" in messages["ends/main.py"]


def test_no_code_runs_without_the_option(shop: Path) -> None:
    ended = funclens("check", "--format", "json", str(shop))

    assert json.loads(ended.stdout)["problems"] == []
    assert "cold_starts" not in json.loads(ended.stdout)
    assert not (shop / "slow/was-loaded").exists()


def test_settings_and_comments_turn_the_problems_off(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "main.py": HEAD.strip()
            + "  # funclens: ignore[slow-cold-start]\n"
            + FUNCTION.format("hello"),
        },
    )

    ended = funclens("check", "--cold-start-budget", "1ms", str(tmp_path))

    assert (ended.returncode, ended.stdout) == (0, "No problems found.\n")


@pytest.mark.parametrize(
    ("text", "seconds"), [("2s", 2.0), ("1.5", 1.5), ("800ms", 0.8), (" 3 s", 3.0)]
)
def test_a_budget_is_a_duration(text: str, seconds: float) -> None:
    assert parse_seconds(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "s", "-1s", "0", "2h", "1e3", "9" * 5000 + "x"])
def test_anything_else_is_an_error(text: str) -> None:
    with pytest.raises(UsageError, match="invalid duration"):
        parse_seconds(text)
