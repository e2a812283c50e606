"""Access to values: single arms, text, attributes, items."""

from __future__ import annotations

from funclens.discovery.deploy.terraform.evaluation.values import (
    FAILED,
    Arm,
    Arms,
    Called,
    Items,
    Keyed,
    Plain,
    Reference,
    Value,
    agree,
    arm,
    unknown,
)

__all__ = ["attribute_of", "item_of", "known", "pairs_of", "plain_text"]

_COMPUTED = frozenset({"service_config", "status"})
"""Attributes that hold the URL of a function or service."""


def known(arms: Arms) -> Value | None:
    """Return the only possible value, or None if there are several."""
    return arms[0].value if len(arms) == 1 else None


def plain_text(value: Value) -> str | None:
    """Return a value as interpolated text, or None if unknown."""
    if isinstance(value, Reference):
        found = known(value.instance.attribute(value)) if value.attribute else None
        return None if found is None else plain_text(found)
    if not isinstance(value, Plain) or value.data is None:
        return None
    if isinstance(value.data, bool):
        return "true" if value.data else "false"
    if isinstance(value.data, float) and value.data.is_integer():
        return str(int(value.data))
    return str(value.data)


def attribute_of(value: Value, name: str) -> Arms:
    """Return `value.name`."""
    if isinstance(value, Keyed):
        absent = unknown() if value.is_open else arm(FAILED)
        return value.items.get(name, absent)
    if isinstance(value, Reference):
        if value.attribute in _COMPUTED:
            # An address, known only after deploying; what it belongs to is known.
            return arm(value)
        if value.attribute:
            return unknown()
        made = Reference(value.instance, value.address, value.key, name)
        return arm(made)
    if isinstance(value, Called):
        return _output(value, name)
    if isinstance(value, Plain):
        return arm(FAILED)
    return unknown()


def _output(called: Called, name: str) -> Arms:
    if len(called.children) != 1:
        return unknown()
    _, child, choices = called.children[0]
    return (
        tuple(
            Arm(item.value, joined)
            for item in child.output(name)
            if (joined := agree(choices, item.choices)) is not None
        )
        or unknown()
    )


def item_of(value: Value, key: Value) -> Arms:
    """Return `value[key]`."""
    data = key.data if isinstance(key, Plain) else None
    if isinstance(value, Items):
        return _item(value, data)
    if isinstance(value, Called) and data is not None:
        found = [child for child in value.children if child[0] in {data, None}]
        return arm(Called(found))
    if isinstance(value, Reference) and value.attribute in _COMPUTED:
        return arm(value)
    if isinstance(value, Reference) and not value.attribute:
        # The item may be unknown, but the block it belongs to isn't.
        of = data if isinstance(data, (str, int)) else value.key
        return arm(Reference(value.instance, value.address, of))
    text = plain_text(key)
    if isinstance(value, Keyed) and text is not None:
        return attribute_of(value, text)
    return unknown()


def _item(value: Items, at: object) -> Arms:
    if not isinstance(at, (int, float)):
        return unknown()
    if 0 <= at < len(value.items):
        return value.items[int(at)]
    return unknown() if value.is_open else arm(FAILED)


def pairs_of(value: Items | Keyed) -> list[tuple[Arms, Arms]]:
    """Return key and value of each item; items of a list are their own keys."""
    if isinstance(value, Items):
        return [(item, item) for item in value.items]
    return [
        (arm(Plain(key, value.origins.get(key))), item)
        for key, item in value.items.items()
    ]
