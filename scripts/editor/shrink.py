"""Makes smaller copies of pictures. Runs in an environment with Pillow.

Arguments: the folder of the pictures, the folder of the copies, and names.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image  # type: ignore[import-not-found]


def main() -> int:
    """Copy the pictures at half their size, and return the exit code."""
    source, target = map(Path, sys.argv[1:3])
    for name in sys.argv[3:]:
        image = Image.open(source / f"{name}.png").convert("RGB")
        half = (image.width // 2, image.height // 2)
        small = image.resize(half, Image.Resampling.LANCZOS)
        # A palette: a third of the bytes, for the same look of flat surfaces and text.
        few = small.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(target / f"{name}.png", optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
