"""A forked worker leaves the memory that it shares with its zygote alone."""

from __future__ import annotations

import os
import sys
import traceback

import pytest

from funclens_worker.imports.import_recorder import ImportRecorder

resource = pytest.importorskip("resource")

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="workers are forked on Linux only"
)

MODULES = 20_000
MOST_PAGES = 300
"""Pages that a fork may copy for a few calls; the records alone would be 700."""


def test_a_fork_does_not_copy_the_import_records_of_its_zygote():
    recorder = ImportRecorder()
    recorder.begin()
    for number in range(MODULES):
        with recorder.importing_unit(f"package.module_{number}"):
            pass
    recorder.end()

    def begin_again() -> None:
        recorder.begin()
        recorder.end()

    assert _pages_copied(begin_again) < MOST_PAGES


def _pages_copied(function) -> int:
    """Return how many pages a fork copies or adds when it calls a function."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
            function()
            after = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
            os.write(write, str(after - before).encode())
        except BaseException:  # noqa: BLE001 - the parent sees no number
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as file:
        said = file.read()
    os.waitpid(pid, 0)
    return int(said)
