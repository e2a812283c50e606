"""What a fresh process would import, from what a worker and its zygote did."""

from __future__ import annotations

import pytest

from funclens.cold_start import (
    ColdStart,
    ZygoteImports,
    cold_start_of,
    cold_start_text,
)

MS = 1000


def process(*records, always=0, own=()):
    return {"records": [*records], "always": always, "own": [*own]}


def by_name(start):
    return {module.name: module for module in start.modules}


def test_a_module_contains_what_it_was_the_first_to_import():
    worker = process(
        ("flask", -1, 100 * MS),
        ("main", -1, 10 * MS),
        ("pandas", 1, 200 * MS),
        ("numpy", 2, 300 * MS),
        always=1,
        own=[1],
    )

    start = cold_start_of(worker)

    assert start.seconds == pytest.approx(0.61)
    modules = by_name(start)
    assert modules["pandas"].cumulative_seconds == pytest.approx(0.5)
    assert modules["pandas"].parent == "main"
    assert modules["main"].cumulative_seconds == pytest.approx(0.51)
    assert cold_start_text(start) == "cold start 610 ms · pandas 500 ms"


ZYGOTE = process(
    ("flask", -1, 100 * MS),
    ("numpy", -1, 300 * MS),
    ("pandas", -1, 200 * MS),
    ("numpy", 2, None),
    ("heavy", -1, 900 * MS),
    always=1,
)


def test_preloaded_modules_cost_what_the_zygote_measured_where_they_are_imported():
    worker = process(("main", -1, 10 * MS), ("pandas", 0, None), own=[0])

    start = ZygoteImports(ZYGOTE).cold_start(worker)

    assert start.seconds == pytest.approx(0.61)
    assert by_name(start)["numpy"].parent == "pandas"
    assert "heavy" not in by_name(start)


def test_only_the_times_change_when_a_unit_imports_the_same_after_a_save():
    def worker(own, helper):
        main = ("main", -1, own), ("pandas", 0, None), ("helper", 0, helper)
        return process(*main, ("", -1, own), own=[0, 2])

    imports = ZygoteImports(ZYGOTE)
    imports.cold_start(worker(10 * MS, 20 * MS))

    again = imports.cold_start(worker(30 * MS, 5 * MS))

    assert again == ZygoteImports(ZYGOTE).cold_start(worker(30 * MS, 5 * MS))
    assert by_name(again)["main"].self_seconds == pytest.approx(0.03)


def test_what_was_imported_before_is_not_paid_for_twice():
    worker = process(
        ("main", -1, 10 * MS),
        ("numpy", 0, None),
        ("pandas", 0, None),
        ("flask", 0, None),
        own=[0],
    )

    start = ZygoteImports(ZYGOTE).cold_start(worker)

    assert start.seconds == pytest.approx(0.61)
    assert by_name(start)["numpy"].parent == "main"
    assert by_name(start)["pandas"].cumulative_seconds == pytest.approx(0.2)


def test_a_submodule_brings_its_packages():
    zygote = process(("google", -1, MS), ("google.cloud", 0, MS))
    worker = process(("main", -1, MS), ("google.cloud", 0, None), own=[0])

    assert set(by_name(ZygoteImports(zygote).cold_start(worker))) == {
        "main",
        "google",
        "google.cloud",
    }


def test_a_failed_import_costs_its_importer():
    worker = process(
        ("main", -1, 10 * MS), ("", 0, 5 * MS), ("json", 1, 2 * MS), own=[0]
    )

    start = cold_start_of(worker)

    assert start.seconds == pytest.approx(0.017)
    assert by_name(start)["main"].self_seconds == pytest.approx(0.015)
    assert by_name(start)["json"].parent == "main"


def test_own_modules_are_looked_through_for_slow_imports():
    worker = process(
        ("main", -1, 10 * MS),
        ("helper", 0, 5 * MS),
        ("pandas", 1, 500 * MS),
        ("tiny", 0, 1 * MS),
        own=[0, 1],
    )

    start = cold_start_of(worker)

    assert cold_start_text(start) == "cold start 516 ms · pandas 500 ms"
    assert start.to_json()["slowest"][0] == {"name": "pandas", "seconds": 0.5}


def test_modules_that_import_each_other_are_counted_once():
    zygote = process(
        ("a", -1, MS), ("b", 0, MS), ("a", 1, None), ("c", -1, MS), ("b", 3, None)
    )
    worker = process(("main", -1, MS), ("c", 0, None), ("a", 0, None), own=[0])

    start = ZygoteImports(zygote).cold_start(worker)

    assert start.seconds == pytest.approx(0.004)
    assert [module.name for module in start.modules] == ["main", "c", "b", "a"]


def test_the_slowest_modules_are_kept_with_their_importers():
    """In a chain of imports every module is as slow as the next."""
    chain = [(f"m{at}", at - 1, MS) for at in range(150)]
    many = [(f"n{at}", -1, at) for at in range(5_000)]

    start = cold_start_of(process(*chain, *many))

    assert len(start.modules) == 200
    names = {module.name for module in start.modules}
    assert {module.parent for module in start.modules} - {None} <= names
    assert start.seconds == pytest.approx(0.15 + sum(range(5_000)) / 1e6)


def test_a_chain_of_imports_may_be_deep():
    chain = [(f"m{at}", at - 1, 1) for at in range(20_000)]
    zygote = process(*chain)

    start = ZygoteImports(zygote).cold_start(process(("m0", -1, None)))

    assert start.seconds == pytest.approx(0.02)


def test_the_json_can_be_read_again():
    start = cold_start_of(process(("main", -1, MS), own=[0]))

    assert ColdStart.from_json({**start.to_json(), "later": 1}) == start
