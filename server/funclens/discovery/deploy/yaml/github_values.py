"""Evaluate inputs, matrices and expressions of GitHub workflows."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funclens.discovery.deploy.shell.state import unknown
from funclens.discovery.deploy.yaml.deploy_file import filled, mapping, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.deploy.yaml.deploy_file import Scope

__all__ = [
    "all_inputs",
    "each_choice",
    "filled_in",
    "given_inputs",
    "inputs_of",
    "matrix_jobs",
    "with_outputs",
]

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w*-]+|\['[^']+'\])*")
_TO_ENV = re.compile(
    r"echo\s+[\"']?(\w+)=([^\"'\n]*?)[\"']?\s*>>\s*[\"']?\$\{?(GITHUB_ENV|GITHUB_OUTPUT)"
)
_MOST_JOBS = 300


def all_inputs(document: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the possible values of a workflow's inputs, by their expression names."""
    triggers = mapping(document.get("on"))
    found: dict[str, tuple[str, ...]] = {}
    for kind in ("workflow_dispatch", "workflow_call"):
        inputs = mapping(triggers.get(kind)).get("inputs")
        found |= inputs_of(inputs, {})
    return found | {"github.event." + key: value for key, value in found.items()}


def inputs_of(
    inputs: Any, given: dict[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Return possible values of inputs: those given, else their options or default."""
    found: dict[str, tuple[str, ...]] = {}
    for key, item in mapping(inputs).items():
        values = mapping(item)
        name = "inputs." + key
        if name in given:
            found[name] = given[name]
        elif isinstance(values.get("options"), list):
            found[name] = tuple(text_of(option) for option in values["options"][:50])
        elif values.get("default") not in {None, ""}:
            found[name] = (text_of(values["default"]),)
    return found | {key: value for key, value in given.items() if key not in found}


def given_inputs(values: dict[str, Any], scope: Scope) -> dict[str, tuple[str, ...]]:
    """Return what a job passes to a workflow or an action."""
    return {
        "inputs." + key: tuple(filled_in(text_of(value), scope))
        for key, value in values.items()
        if not isinstance(value, (dict, list))
    }


def each_choice(values: dict[str, Any], scope: Scope) -> Iterator[dict[str, str]]:
    """Yield the inputs of an action, once per set of values."""
    given = {k: tuple(filled_in(text_of(v), scope)) for k, v in values.items()}
    wanted = {
        key: options
        for key, options in given.items()
        if len(options) == 1 or key in {"name", "entry_point", "source_dir", "flags"}
    }
    product = itertools.product(*wanted.values())
    for chosen in itertools.islice(product, 50):
        yield dict(zip(wanted, chosen, strict=True))


def with_outputs(run: str, step: str, scope: Scope) -> Scope:
    """Add the outputs that a step writes for later steps."""
    variables, names = dict(scope.variables), dict(scope.names)
    for name, text, where in _TO_ENV.findall(run[:20_000]):
        values = tuple(filled_in(text, scope))
        known = values if all("$" not in value for value in values) else ()
        if where == "GITHUB_ENV":
            names["env." + name] = known
            variables[name] = known[0] if len(known) == 1 else unknown(name)
        elif step:
            names[f"steps.{step}.outputs.{name}"] = known
    return replace(scope, variables=variables, names=names)


def matrix_jobs(matrix: Any, scope: Scope) -> list[dict[str, tuple[str, ...]]]:
    """Return the values of `matrix.…` in each job of a matrix."""
    values = mapping(matrix)
    if not values:
        return [{}]
    axes: dict[str, list[Any]] = {}
    for key, items in values.items():
        if key in {"include", "exclude"}:
            continue
        axes[key] = _items(items, scope)
    combinations: list[dict[str, Any]] = [{}]
    for key, items in axes.items():
        combinations = [
            {**before, key: item} for before in combinations for item in items
        ][:_MOST_JOBS]
    added = [mapping(item) for item in _items(values.get("include"), scope)]
    for item in added:
        matching = [
            c
            for c in combinations
            if c and all(c[k] == v for k, v in item.items() if k in axes)
        ]
        if matching and any(key in axes for key in item):
            for combination in matching:
                combination.update(item)
        elif axes and not any(key in axes for key in item):
            for combination in combinations:
                combination.update(item)
        else:
            combinations.append(item)
    if not axes and added:
        combinations = added
    return [_named("matrix", c, scope) for c in combinations[:_MOST_JOBS]]


def _items(value: Any, scope: Scope) -> list[Any]:
    """Return the values of an axis, including those of `fromJSON('[…]')`."""
    if isinstance(value, list):
        return value
    if isinstance(value, str):
        for text in filled_in(value, scope):
            try:
                found = json.loads(text)
            except ValueError:
                continue
            if isinstance(found, list):
                return found
            if isinstance(found, dict) and isinstance(found.get("include"), list):
                return list(found["include"])
    return [unknown("matrix")] if value else []


def _named(prefix: str, value: Any, scope: Scope) -> dict[str, tuple[str, ...]]:
    """Return nested mappings as flat dotted names."""
    found: dict[str, tuple[str, ...]] = {}
    for key, item in mapping(value).items():
        name = f"{prefix}.{key}"
        if isinstance(item, dict):
            found |= _named(name, item, scope)
        elif not isinstance(item, list):
            found[name] = tuple(filled_in(text_of(item), scope))
    return found


def filled_in(text: str, scope: Scope) -> Iterator[str]:
    """Yield a text with each `${{ … }}` replaced, once per set of values."""
    return filled(text, _EXPRESSION, scope, evaluate)


def evaluate(expression: str, scope: Scope) -> tuple[str, ...]:
    """Return the possible values of an expression; empty if unknown."""
    expression = expression.strip()
    if len(expression) > 500:
        return ()
    parts = expression.split("||")
    if len(parts) > 1:
        # `condition && 'a' || 'b'`, `inputs.name || 'default'`.
        found: list[str] = []
        for part in parts:
            found += evaluate(part.split("&&")[-1], scope)
        return tuple(dict.fromkeys(found))
    if "&&" in expression:
        return evaluate(expression.split("&&")[-1], scope)
    if len(expression) > 1 and expression[0] == expression[-1] == "'":
        return (expression[1:-1].replace("''", "'"),)
    call = re.fullmatch(r"(fromJSON|toJSON|format)\((.*)\)", expression, re.DOTALL)
    if call:
        return _called(call[1], call[2], scope)
    if _NAME.fullmatch(expression):
        name = re.sub(r"\['([^']+)'\]", r".\1", expression)
        return scope.names.get(name, ())
    return ()


def _called(name: str, inner: str, scope: Scope) -> tuple[str, ...]:
    if name == "fromJSON":
        return evaluate(inner, scope)
    if name == "format":
        pieces = [evaluate(piece, scope) for piece in inner.split(",")]
        if pieces and all(len(piece) == 1 for piece in pieces):
            text = pieces[0][0]
            for index, piece in enumerate(pieces[1:]):
                text = text.replace(f"{{{index}}}", piece[0])
            return (text,)
    return ()
