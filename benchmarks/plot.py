"""Draws results as bars beside their peers: `plot.py RESULTS.json PICTURE.svg`.

Runs in an environment of its own that has matplotlib.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt

GOOD, BAD, GREY = "#1a7f37", "#b35900", "#656d76"


def main(source: str, picture: str) -> None:
    rows = json.loads(Path(source).read_text("utf-8"))[::-1]
    mpl.rcParams["svg.hashsalt"] = "funclens"  # the same rows, the same file
    mpl.rcParams["font.size"] = 9
    figure, axes = plt.subplots(figsize=(9, 0.34 * len(rows) + 1), layout="constrained")
    for position, row in enumerate(rows):
        ratio = row["ours"] / row["theirs"]
        is_better = ratio >= 1 if row["kind"] == "at_least" else ratio <= 1
        color = GOOD if is_better else BAD
        axes.barh(position, ratio - 1, left=1, color=color, height=0.6)
        axes.annotate(
            f"{ratio:.2f}",
            (ratio, position),
            xytext=(4 if ratio > 1 else -4, 0),
            textcoords="offset points",
            ha="left" if ratio > 1 else "right",
            va="center",
        )
    axes.set_yticks(range(len(rows)), [row["what"].replace("`", "") for row in rows])
    axes.set_xscale("log")
    axes.set_xlim(0.004, 4)
    ticks = (0.01, 0.03, 0.1, 0.3, 1, 3)
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.axvline(1, color=GREY, linewidth=1)
    axes.set_xlabel("Funclens in terms of its peer (1: the same)")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    figure.savefig(picture, metadata={"Date": None})


if __name__ == "__main__":
    main(*sys.argv[1:])
