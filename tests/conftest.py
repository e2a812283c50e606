"""What holds for all tests: order, the report's header, and no silent skips in CI."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from funclens_worker.processes.portable_mode import is_portable
from systems import reason_to_skip

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import TypeVar

    Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

TESTS = Path(__file__).parent
TOOLS = ("node", "chromium", "nvim", "emacs", "shellcheck")
SLOW_LAST = ("runner", "fidelity", "framework_suite", "editors", "page", "e2e")
"""Folders whose tests start servers and editors: a broken module is told before."""
LONGEST = (
    "fidelity/test_fidelity.py",
    "cli/test_setup_installs.py",
    "framework_suite/test_framework_suite.py",
    "chaos/test_chaos.py",
    "lsp/test_workspace.py",
    "emulators/test_pubsub.py",
    "cli/test_setup.py",
    "runner/test_plain_install.py",
    "runner/test_signals.py",
    "lsp/test_running.py",
    "runner/test_reload.py",
    "runner/test_zygote.py",
    "runner/test_zygote_deaths.py",
    "cli/test_call.py",
    "emulators/test_storage.py",
    "runner/test_life_and_death.py",
    "runner/test_start.py",
    "fidelity/test_logs.py",
    "lsp/test_debugging.py",
)
"""Modules that take longest. Several processes begin with them, or the last of them
would be waited for by all."""


def pytest_report_header() -> str:
    """Tell what of the machine the tests depend on."""
    found = [
        f"{tool}: {'there' if shutil.which(tool) else 'missing'}" for tool in TOOLS
    ]
    return f"python: {platform.python_version()}, {', '.join(found)}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the slow folders last, in the order of SLOW_LAST; all else stays as it is.

    What this system can't run is skipped, with the reason.
    """
    items.sort(key=_slowness)
    for item in items:
        reason = reason_to_skip(item.nodeid, sys.platform, portable=is_portable())
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))


def _slowness(item: pytest.Item) -> int:
    folder = item.path.relative_to(TESTS).parts[0]
    return SLOW_LAST.index(folder) + 1 if folder in SLOW_LAST else 0


def pytest_configure(config: pytest.Config) -> None:
    """Know the marks of this suite; take new examples everywhere but in CI."""
    settings.register_profile("here", deadline=None)
    settings.load_profile("ci" if _is_ci() else "here")
    config.addinivalue_line(
        "markers", "may_skip_in_ci: needs files that no clone of the project has"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where CI is true: what is missing there is a fault."""
    report = yield
    if item.get_closest_marker("may_skip_in_ci"):
        return report
    return _without_skips(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[
    None, pytest.CollectReport, pytest.CollectReport
]:
    """Do the same for modules that are skipped as a whole."""
    report = yield
    return _without_skips(report)


def _without_skips(report: Report) -> Report:
    if report.skipped and not hasattr(report, "wasxfail") and _is_ci():
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        report.outcome = "failed"
        report.longrepr = f"Nothing is skipped in continuous integration. {reason}"
    return report


def _is_ci() -> bool:
    """Return whether nothing may be skipped: elsewhere, `systems` says what is."""
    is_whole = sys.platform == "linux" and not is_portable()
    return os.environ.get("CI") == "true" and is_whole
