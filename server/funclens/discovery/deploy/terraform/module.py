"""A Terraform module: the combined files of one folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field
from funclens.discovery.deploy.terraform.glance import TERRAGRUNT, is_module_file
from funclens.discovery.deploy.terraform.language.expression_nodes import (
    Call,
    Constant,
    Expression,
    ObjectOf,
)
from funclens.discovery.deploy.terraform.language.hcl_blocks import (
    Block,
    Body,
    blocks_in,
    blocks_in_json,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from funclens.discovery.deploy.terraform.language.scanner import Source

__all__ = [
    "TERRAGRUNT_CALL",
    "Module",
    "blocks_of",
    "module_files",
    "module_of",
]


TERRAGRUNT_CALL = "terragrunt.hcl"
"""Name of the call that represents a terragrunt.hcl; not a valid module name."""


@dataclass(slots=True, eq=False)
class Module:
    """The blocks of a folder, by kind and name."""

    folder: str
    variables: dict[str, Body] = field(default_factory=dict)
    locals: dict[str, Expression] = field(default_factory=dict)
    outputs: dict[str, Expression] = field(default_factory=dict)
    resources: dict[tuple[str, str, str], Block] = field(default_factory=dict)
    calls: dict[str, Block] = field(default_factory=dict)


def module_files(names: Iterable[str]) -> list[str]:
    """Return the file names of a folder that belong to its module, in order.

    OpenTofu reads `main.tofu` instead of `main.tf`.
    """
    listed = sorted(name for name in names if is_module_file(name))
    tofu = {name.replace(".tofu", ".tf") for name in listed if ".tofu" in name}
    return [name for name in listed if name not in tofu]


def blocks_of(source: Source) -> list[Block]:
    """Return the blocks of a file in HCL or JSON syntax."""
    return (blocks_in_json if source.path.endswith(".json") else blocks_in)(source)


def module_of(folder: str, files: Iterable[list[Block]]) -> Module:
    """Combine the blocks of a folder's files."""
    module = Module(folder)
    terragrunt: dict[str, Block] = {}
    for blocks in files:
        for block in blocks:
            if os.path.basename(block.source.path) == TERRAGRUNT:
                _add_terragrunt(module, block, terragrunt)
            else:
                _add(module, block)
    if "terraform" in terragrunt:
        module.calls.setdefault(TERRAGRUNT_CALL, terragrunt["terraform"])
    return module


def _add(module: Module, block: Block) -> None:
    attributes = block.body.attributes
    if block.type == "locals":
        for name, value in attributes.items():
            module.locals.setdefault(name, value)
    elif block.type == "variable" and block.labels:
        module.variables.setdefault(block.labels[0], block.body)
    elif block.type == "output" and block.labels and "value" in attributes:
        module.outputs.setdefault(block.labels[0], attributes["value"])
    elif block.type == "module" and block.labels:
        module.calls.setdefault(block.labels[0], block)
    elif len(block.labels) == 2:
        address = (block.type, block.labels[0], block.labels[1])
        module.resources.setdefault(address, block)


def _add_terragrunt(module: Module, block: Block, parts: dict[str, Block]) -> None:
    """Represent a terragrunt.hcl as a call of `terraform.source` with its `inputs`."""
    if block.type == "locals":
        for name, value in block.body.attributes.items():
            module.locals.setdefault(name, value)
        return
    if block.type == "terraform":
        found = parts.setdefault("terraform", block)
        if found is not block:
            found.body.attributes.update(block.body.attributes)
    inputs = block.body.attributes.get("inputs") if block.type == "=" else None
    if isinstance(inputs, Call) and inputs.name == "merge":
        # Literal inputs only; merged ones are unknown.
        inputs = next((i for i in inputs.arguments if isinstance(i, ObjectOf)), None)
    if isinstance(inputs, ObjectOf):
        given = {
            str(key.data): value
            for key, value in inputs.items
            if isinstance(key, Constant)
        }
        source = block.source
        empty = Block("terraform", (), Body(), source, block.start, block.end)
        call = parts.setdefault("terraform", empty)
        call.body.attributes.update(
            {key: value for key, value in given.items() if key != "source"}
        )
