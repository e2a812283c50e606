"""`funclens.setUp`: gives units an environment, then starts them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from funclens.environments import plan_all
from funclens.errors import FunclensError, InterpreterError, UsageError
from funclens.features import commands as names
from funclens.lsp.commands.arguments import find_unit
from funclens.lsp.commands.load_unit import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.environments import EnvironmentPlan
    from funclens.lsp.session import Session
    from funclens.model import Unit

__all__ = ["describe_set_up", "set_up"]


async def set_up(session: Session, argument: Mapping[str, Any]) -> dict[str, Any]:
    """Set up the unit `unit` or of the function `id`; without both, all that lack it.

    Then the unit starts, unless `start` is false. With a `token`, the client shows the
    progress, and cancels with `window/workDoneProgress/cancel`. The result has
    `cancelled` if somebody canceled it. Raises FunclensError if an environment can't
    be made.
    """
    units = _chosen(session, argument)
    plans = await _plans(session, units)
    done: list[Unit] = []
    made: list[dict[str, Any]] = []
    errors: list[FunclensError] = []
    for plan, those in plans:
        if isinstance(plan, FunclensError):
            errors.append(plan)
            continue
        try:
            is_done = await session.set_ups.run(plan, those, argument.get("token"))
        except FunclensError as error:
            errors.append(_about(those, error))
            continue
        if not is_done:
            return {"cancelled": True, "environments": made}
        made.append({"units": [unit.id for unit in those], "folder": plan.folder})
        done += those
    session.unit_needs.look()
    await session.unit_needs.settle()
    if done and argument.get("start") is not False:
        await _start(session, done)
    if errors:
        raise errors[0]
    _say(session, made)
    return {"cancelled": False, "environments": made}


async def describe_set_up(
    session: Session, argument: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what `funclens.setUp` would do for one unit. Raises FunclensError."""
    units = _chosen(session, argument)
    ((plan, _those),) = (await _plans(session, units[:1]))[:1]
    if isinstance(plan, FunclensError):
        raise plan
    return {
        "environment": plan.folder,
        "folder": plan.requirements.folder,
        "keeps_packages": plan.keeps_packages,
        "version": plan.version,
    }


def _chosen(session: Session, argument: Mapping[str, Any]) -> list[Unit]:
    snapshot = session.snapshot()
    units = snapshot.catalog.units
    if argument.get("id") or argument.get("unit"):
        name = find_unit(snapshot, names.SET_UP, argument)
        return [unit for unit in units if unit.id == name]
    found = [unit for unit in units if snapshot.need_of(unit.id) is not None]
    if not found:
        raise UsageError(
            "every unit has what it needs",
            hint="choose one to set it up again" if units else "no functions found",
        )
    return found


async def _plans(
    session: Session, units: list[Unit]
) -> list[tuple[EnvironmentPlan | FunclensError, list[Unit]]]:
    catalog, pythons = session.analysis.catalog, session.pythons()
    return await asyncio.to_thread(lambda: list(plan_all(units, catalog, pythons)))


async def _start(session: Session, units: list[Unit]) -> None:
    """Start a unit that was set up; of several, restart those that have failed."""
    await session.start_runner()
    for unit in units:
        await session.runner.bridge.control("restart", unit=unit.id)
    if len(units) == 1:
        async with session.window.progress(f"Funclens: loading {units[0].id}"):
            await load(session, units[0].id)


def _about(units: list[Unit], error: FunclensError) -> FunclensError:
    """Return an error that names the unit, for a client that shows it alone."""
    return InterpreterError(f"cannot set up {units[0].id}: {error}", hint=error.hint)


def _say(session: Session, made: list[dict[str, Any]]) -> None:
    """Tell clients that have no command of their own for it."""
    if not session.client.commands:
        units = ", ".join(unit for item in made for unit in item["units"])
        session.window.say(f"Environment set up: {units}", types.MessageType.Info)
