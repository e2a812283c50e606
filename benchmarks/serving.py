"""Measures the runner beside functions-framework, in one run, as ratios.

    .venv/bin/python benchmarks/serving.py first click reload heavy rate history lost

Without words all are measured. Times are medians of whole processes or whole
requests; the smaller the machine's other load, the smaller their spread.
`reload` and `heavy` install what they need into environments of their own;
`rate` and `history` need wrk (Debian's package wrk).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from fifty import fifty
from heavy import heavy
from history_cost import history
from peers import FRAMEWORK
from rates import rates
from saves import lost, reloads
from starts import click, first_response

from interpreters import environment, interpreters


def main() -> None:
    version = next(v for v in ("3.11", "3.12") if v in interpreters())
    parts = {
        "first": first_response,
        "click": click,
        "reload": lambda folder: reloads(folder, str(environment(version, *FRAMEWORK))),
        "heavy": lambda folder: heavy(folder, version),
        "rate": rates,
        "history": history,
        "fifty": fifty,
        "lost": lost,
    }
    with tempfile.TemporaryDirectory() as name:
        for word in sys.argv[1:] or parts:
            parts[word](Path(name) / word)


if __name__ == "__main__":
    main()
