"""Terraform functions for lists and maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.discovery.deploy.terraform.evaluation.values import (
    FAILED,
    UNKNOWN,
    Arms,
    Items,
    Keyed,
    Plain,
    Reference,
    arm,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from funclens.discovery.deploy.terraform.evaluation.values import Origin, Value
    from funclens.discovery.deploy.terraform.project import Project

__all__ = ["FUNCTIONS"]

_MOST_ITEMS = 2_000


def _only(arms: Arms) -> Value:
    return arms[0].value if len(arms) == 1 else UNKNOWN


def _name(arms: Arms) -> str | None:
    value = _only(arms)
    data = value.data if isinstance(value, Plain) else None
    return data if isinstance(data, str) else None


def _same(_: Project, values: list[Value]) -> Arms:
    return arm(values[0]) if values else unknown()


def _toset(_: Project, values: list[Value]) -> Arms:
    if not values or not isinstance(values[0], Items):
        return arm(values[0]) if values else unknown()
    seen: dict[object, Arms] = {}
    for at, item in enumerate(values[0].items):
        name = _name(item)
        seen.setdefault(at if name is None else name, item)
    return arm(Items(tuple(seen.values()), values[0].is_open))


def _merge(_: Project, values: list[Value]) -> Arms:
    items: dict[str, Arms] = {}
    origins: dict[str, Origin] = {}
    is_open = False
    for value in values:
        if isinstance(value, Plain) and value.data is None:
            continue
        if not isinstance(value, Keyed):
            # Each of those may be the first non-null value.
            items, origins, is_open = {}, {}, True
            continue
        if value.is_open:
            items, origins, is_open = {}, {}, True
        items.update(value.items)
        origins.update(value.origins)
    return arm(Keyed(items, is_open, origins))


def _lookup(_: Project, values: list[Value]) -> Arms:
    of, key, *otherwise = values
    name = _name(arm(key))
    if not isinstance(of, Keyed) or name is None:
        return unknown()
    if name in of.items:
        return of.items[name]
    if of.is_open:
        return unknown()
    return arm(otherwise[0] if otherwise else FAILED)


def _element(_: Project, values: list[Value]) -> Arms:
    of, at = values
    if isinstance(of, Reference):
        return arm(of)
    if not isinstance(of, Items) or of.is_open or not of.items:
        return unknown()
    if not isinstance(at, Plain) or not isinstance(at.data, (int, float)):
        return unknown()
    return of.items[int(at.data) % len(of.items)]


def _one(_: Project, values: list[Value]) -> Arms:
    of = values[0]
    if isinstance(of, Reference):
        return arm(of)
    if isinstance(of, Items) and len(of.items) == 1 and not of.is_open:
        return of.items[0]
    return unknown()


def _concat(_: Project, values: list[Value]) -> Arms:
    found: list[Arms] = []
    is_open = False
    for value in values:
        if isinstance(value, Items):
            found += value.items
            is_open |= value.is_open
        else:
            is_open = True
    return arm(Items(tuple(found[:_MOST_ITEMS]), is_open))


def _setunion(project: Project, values: list[Value]) -> Arms:
    return _toset(project, [_only(_concat(project, values))])


def _flatten(project: Project, values: list[Value]) -> Arms:
    found: list[Arms] = []
    is_open = False
    pending: list[Iterator[Arms]] = [iter([arm(values[0])])]
    while pending:
        item = next(pending[-1], None)
        project.spend()
        if item is None:
            pending.pop()
            continue
        value = _only(item)
        if not isinstance(value, Items):
            found.append(item)
        elif len(pending) < 20:
            is_open |= value.is_open
            pending.append(iter(value.items))
    return arm(Items(tuple(found[:_MOST_ITEMS]), is_open))


def _keys(_: Project, values: list[Value]) -> Arms:
    of = values[0]
    if not isinstance(of, Keyed):
        return unknown()
    found = (arm(Plain(key, of.origins.get(key))) for key in sorted(of.items))
    return arm(Items(tuple(found), of.is_open))


def _values(_: Project, values: list[Value]) -> Arms:
    of = values[0]
    if not isinstance(of, Keyed):
        return unknown()
    return arm(Items(tuple(of.items[key] for key in sorted(of.items)), of.is_open))


def _zipmap(_: Project, values: list[Value]) -> Arms:
    keys, items = values
    if not isinstance(keys, Items) or not isinstance(items, Items):
        return unknown()
    pairs = zip(keys.items, items.items, strict=False)
    named = {name: item for key, item in pairs if (name := _name(key)) is not None}
    return arm(Keyed(named, keys.is_open or items.is_open))


def _compact(_: Project, values: list[Value]) -> Arms:
    of = values[0]
    if not isinstance(of, Items):
        return unknown()
    kept = tuple(
        item
        for item in of.items
        if not (isinstance(v := _only(item), Plain) and v.data in {None, ""})
    )
    return arm(Items(kept, of.is_open))


def _length(_: Project, values: list[Value]) -> Arms:
    of = values[0]
    if isinstance(of, (Items, Keyed)) and not of.is_open:
        return arm(Plain(len(of.items)))
    if isinstance(of, Plain) and isinstance(of.data, str):
        return arm(Plain(len(of.data), None, of.is_default))
    return unknown()


def _contains(_: Project, values: list[Value]) -> Arms:
    of, wanted = values
    if not isinstance(of, Items) or not isinstance(wanted, Plain):
        return unknown()
    known = [v.data for item in of.items if isinstance(v := _only(item), Plain)]
    if wanted.data in known:
        return arm(Plain(True, None, wanted.is_default))
    if of.is_open or len(known) < len(of.items):
        return unknown()
    return arm(Plain(False, None, wanted.is_default))


def _range(_: Project, values: list[Value]) -> Arms:
    given = [v.data for v in values if isinstance(v, Plain)]
    if len(given) != len(values) or not all(isinstance(n, int) for n in given):
        return unknown()
    numbers = range(*(int(n or 0) for n in given))[:_MOST_ITEMS]
    return arm(Items(tuple(arm(Plain(number)) for number in numbers)))


def _guarded(
    work: Callable[[Project, list[Value]], Arms],
) -> Callable[[Project, list[Value]], Arms]:
    def applied(project: Project, values: list[Value]) -> Arms:
        try:
            return work(project, values)
        except (IndexError, ValueError, TypeError):
            # Called with the wrong number of arguments.
            return unknown()

    return applied


FUNCTIONS: Mapping[str, Callable[[Project, list[Value]], Arms]] = {
    name: _guarded(work)
    for name, work in {
        "compact": _compact,
        "concat": _concat,
        "contains": _contains,
        "distinct": _toset,
        "element": _element,
        "flatten": _flatten,
        "keys": _keys,
        "length": _length,
        "lookup": _lookup,
        "merge": _merge,
        "one": _one,
        "range": _range,
        "setunion": _setunion,
        "sort": _same,
        "tolist": _same,
        "tomap": _same,
        "toset": _toset,
        "values": _values,
        "zipmap": _zipmap,
    }.items()
}
