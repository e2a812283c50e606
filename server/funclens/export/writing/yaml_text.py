"""Plain values as YAML, with every text quoted that needs it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["yaml_text"]


def yaml_text(documents: Sequence[Any]) -> str:
    """Return documents as YAML; keys keep their order."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - takes time to import

    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.allow_unicode = True
    yaml.width = 10_000
    yaml.representer.add_representer(str, _multiline)
    yaml.representer.ignore_aliases = lambda *_: True
    stream = io.StringIO()
    if len(documents) > 1:
        yaml.dump_all(documents, stream)
    else:
        yaml.dump(documents[0], stream)
    return stream.getvalue()


def _multiline(representer: Any, text: str) -> Any:
    style = "|" if "\n" in text else None
    return representer.represent_scalar("tag:yaml.org,2002:str", text, style=style)
