"""What a function reads of its request or event, found by following its code."""

from __future__ import annotations

import contextlib
import enum
from typing import TYPE_CHECKING

from funclens.requests.reads.alternatives import Arguments, Closure, Role
from funclens.requests.reads.follow_expressions import Exhausted, Names
from funclens.requests.reads.follow_statements import Statements
from funclens.requests.reads.models import fill_from_annotation, last_name
from funclens.requests.reads.module_names import module_of
from funclens.requests.reads.shape import Coding, RequestReads

if TYPE_CHECKING:
    import ast

    from funclens.requests.reads.alternatives import Values
    from funclens.requests.reads.module_names import Module, ReadModule
    from funclens.requests.reads.shape import Shape

__all__ = ["Passes", "reads_of"]


class Passes(enum.Enum):
    """What the framework passes to a function."""

    REQUEST = "request"
    CLOUD_EVENT = "CloudEvent"
    FIREBASE_EVENT = "Firebase event"
    CALL = "Firebase call"
    DATA = "data"
    MODEL = "model"


def reads_of(
    tree: ast.Module,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    passes: Passes,
    read: ReadModule = lambda _name, _level: None,
) -> RequestReads:
    """Follow a function of a module; `read` returns the text of imported modules.

    Static: nothing is imported. Large code is followed up to a limit.
    """
    reads = RequestReads()
    reads.body.by_attribute = passes is Passes.FIREBASE_EVENT
    module = module_of(tree, read)
    follower = Statements(reads)
    with contextlib.suppress(Exhausted, RecursionError):
        first = _first_argument(follower, node, passes, module)
        follower.run(Closure(module, node), Arguments((first,)), Names(module))
    return reads


def _first_argument(
    follower: Statements,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    passes: Passes,
    module: Module,
) -> Values:
    reads = follower.reads
    if passes is Passes.MODEL:
        parameters = [*node.args.posonlyargs, *node.args.args]
        json = reads.body.decode(Coding.JSON)
        if parameters:
            _follow_model(follower, parameters[0].annotation, module, json)
        return (json,)
    if passes is Passes.DATA:
        return (reads.body,)
    return (Role.REQUEST if passes is Passes.REQUEST else Role.CLOUD_EVENT,)


def _follow_model(
    follower: Statements, annotation: ast.expr | None, module: Module, json: Shape
) -> None:
    """Follow `from_dict`, by which functions-framework makes a typed argument."""
    found = module.find(last_name(annotation)) if annotation is not None else None
    if found is not None:
        closure = Closure(*found)
        follower.call_method(closure, "from_dict", Arguments(((json,),)), Names(module))
    if not json.fields:
        fill_from_annotation(json, annotation, module)
