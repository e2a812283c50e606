"""Assembles frames into an animated WebP. Runs in an environment with Pillow.

animate.py FOLDER TARGET…    FOLDER has frames.json: file name and seconds of each
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PIL import Image, ImageChops  # type: ignore[import-not-found]

SECONDS = 15.0
WIDTH = 1000
QUALITY = 70
MOST = 3_000_000


def main() -> int:
    """Write the picture, and return the exit code."""
    folder, target = map(Path, sys.argv[1:])
    images: list[Image.Image] = []
    seconds: list[float] = []
    for name, shown in json.loads((folder / "frames.json").read_text("utf-8")):
        image = Image.open(folder / name).convert("RGB")
        height = round(image.height * WIDTH / image.width)
        image = image.resize((WIDTH, height), Image.Resampling.LANCZOS)
        if images and ImageChops.difference(image, images[-1]).getbbox() is None:
            seconds[-1] += shown
            continue
        images.append(image)
        seconds.append(shown)
    speed = SECONDS / sum(seconds)
    images[0].save(
        target,
        save_all=True,
        append_images=images[1:],
        duration=[max(20, round(1000 * shown * speed)) for shown in seconds],
        loop=0,
        quality=QUALITY,
        method=4,
    )
    size = target.stat().st_size
    print(
        f"{target}: {len(images)} frames, {sum(seconds):.1f} s shown in "
        f"{SECONDS:.0f} s, {size / 1_000_000:.2f} MB"
    )
    return 0 if size < MOST else 1


if __name__ == "__main__":
    sys.exit(main())
