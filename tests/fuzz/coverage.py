"""A target under atheris: `python -m fuzz.coverage TARGET FOLDER [option …]`.

The options are those of libFuzzer. FOLDER takes what is found. A process of its own:
atheris never returns.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import atheris

from fuzz.engine import CORPUS, encoded

with atheris.instrument_imports(include=["funclens"], enable_loader_override=False):
    from fuzz.targets import TARGETS


def main() -> None:
    """Fuzz a target until the limit among the options is reached, or it fails."""
    name, folder, *options = sys.argv[1:]
    target = TARGETS[name]
    logging.disable(logging.CRITICAL)
    dictionary = Path(folder, "words.dict")
    dictionary.write_text("".join(map(_entry, dict.fromkeys(target.words))), "ascii")
    kept = [str(CORPUS / name)] if (CORPUS / name).is_dir() else []
    found = Path(folder, "inputs")
    found.mkdir(exist_ok=True)
    atheris.Setup(
        [
            sys.argv[0],
            f"-dict={dictionary}",
            f"-artifact_prefix={folder}/",
            *("-timeout=10", "-rss_limit_mb=4096", "-max_len=4096", "-verbosity=0"),
            *options,
            str(found),
            *kept,
        ],
        target.run,
    )
    atheris.Fuzz()


def _entry(word: str) -> str:
    return '"' + "".join(f"\\x{byte:02x}" for byte in encoded(word)) + '"\n'


if __name__ == "__main__":
    main()
