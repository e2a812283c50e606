"""Scripts that double what they hold, or call themselves, end soon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from discovery.deploy.reading import read

if TYPE_CHECKING:
    from pathlib import Path

ROUNDS = ", ".join(["1"] * 100)
COMMAND = "gcloud functions deploy api --entry-point serve"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "tasks.py",
            (
                f"x = ['a']\ns = 'a'\nfor i in [{ROUNDS}]:\n    x += x\n    x.extend(x)\n"
                f"    s = s + s\n    s = f'{{s}}{{s}}'\n    s = s.replace('a', 'aa')\n"
                f"    s = s.join([s, s])\nos.system('{COMMAND}')\n"
            ),
        ),
        (
            "deploy.sh",
            (
                "A=xxxxxxxxxx\nB=(a b)\nfor i in {1..9} {a,b,c,d,e,f}; do\n  A=$A$A\n  A+=$A\n"
                f'  B+=("${{B[@]}}" "${{B[@]}}")\ndone\n{COMMAND}\n'
            ),
        ),
        (
            "deploy.sh",
            f"f() {{ f; f; }}\nf\n. ./deploy.sh\nbash deploy.sh\n{COMMAND}\n",
        ),
        (
            "deploy.ps1",
            f"$x = @(1, 2)\nforeach ($i in @({ROUNDS})) {{ $x += $x }}\n{COMMAND}\n",
        ),
        ("Makefile", f"A = $(B)$(B)\nB = $(A)$(A)\nx:\n\techo $(A)\n\t{COMMAND}\n"),
    ],
)
def test_exponential_growth_is_cut_off(tmp_path: Path, name: str, text: str) -> None:
    found = read(tmp_path, name, {name: text})

    assert {item.entry_point for item in found} == {"serve"}
