# ruff: noqa: E501, RUF001 - what installers print
"""The one line that says what went wrong, from the output of uv, pip and venv."""

from __future__ import annotations

import pytest

from funclens.environments.installer_output import summarize, without_secrets

UV = """Using Python 3.11.7 environment at: .venv
error: No solution found when resolving dependencies
  cause: Because there is no version of requests==99.0 and you require requests==99.0, we
"""
UV_BUILD = """Resolved 3 packages in 9ms
error: Failed to build `old==0.2.1`
  cause: The build backend returned an error
  cause: Call to `setuptools.build_meta.build_wheel` failed (exit status: 1)
         [stdout]
         running build_ext
         error: Command '['gcc']' returned non-zero exit status 1.

hint: Build failures usually indicate a problem with the package
"""
UV_TREE = """  × No solution found when resolving dependencies:
  ╰─▶ Because there is no version of requests==99.0 and you require
      requests==99.0, we can conclude that your requirements are unsatisfiable.

      hint: Packages were unavailable
"""
UV_GIT = """   Updating https://git.example/foo.git (HEAD)
error: Failed to download and build `foo @ git+https://git.example/foo.git`
  cause: Git operation failed
  cause: process didn't exit successfully: `git fetch` (exit status: 128)
         --- stderr
         fatal: unable to access 'https://git.example/foo.git/': Could not resolve host: x
"""
UV_LINE = """error: Couldn't parse requirement in `requirements.txt` at position 0
  cause: Expected one of `@`, found `b`
         foo bar
             ^
"""
PIP = """Collecting requests==99.0
ERROR: Could not find a version that satisfies the requirement requests==99.0 (from …)
ERROR: No matching distribution found for requests==99.0
"""
PIP_CONFLICT = """ERROR: Cannot install a==1 and b==2 because of conflicting dependencies.

The conflict is caused by:
    a 1 depends on b==1
    The user requested b==2

ERROR: ResolutionImpossible: for help visit https://pip.pypa.io/en/latest/topics/
"""
PIP_GIT = """  Running command git clone --quiet https://git.example/foo.git /tmp/pip-install
  fatal: unable to access 'https://git.example/foo.git/': Could not resolve host: x
  error: subprocess-exited-with-error

  × git clone --quiet https://git.example/foo.git did not run successfully.
  │ exit code: 128
  ╰─> See above for output.

  note: This error originates from a subprocess, and is likely not a problem with pip.
error: subprocess-exited-with-error

× git clone --quiet https://git.example/foo.git did not run successfully.
│ exit code: 128
╰─> See above for output.

note: This error originates from a subprocess, and is likely not a problem with pip.
"""
PIP_BUILD = """      error: Command '['gcc']' returned non-zero exit status 1.
      [end of output]

  note: This error originates from a subprocess, and is likely not a problem with pip.
  ERROR: Failed building wheel for old
Failed to build old
ERROR: Could not build wheels for old, which is required to install projects
"""
VENV = """The virtual environment was not created successfully because ensurepip is not
available.  On Debian/Ubuntu systems, you need to install the python3-venv
package using the following command.

    apt install python3.11-venv

Failing command: /work/.venv/bin/python3
"""


@pytest.mark.parametrize(
    ("output", "text", "hint"),
    [
        (UV, "No solution found when resolving dependencies: Because there is no", ""),
        (UV_BUILD, "Failed to build `old==0.2.1`: The build backend", "has no wheel"),
        (UV_TREE, "you require requests==99.0, we can conclude that your", ""),
        (
            UV_GIT,
            "build `foo @ git+https://git.example/foo.git`: unable",
            "the network",
        ),
        (UV_LINE, "Couldn't parse requirement in `requirements.txt` at position 0", ""),
        (PIP, "No matching distribution found for requests==99.0", ""),
        (PIP_CONFLICT, "Cannot install a==1 and b==2 because of conflicting", ""),
        (PIP_GIT, "unable to access 'https://git.example/foo.git/'", "the network"),
        (PIP_BUILD, "Could not build wheels for old", "has no wheel"),
        (VENV, "no ensurepip", "python3-venv"),
        ("", "", ""),
    ],
    ids=[
        *("uv", "uv-build", "uv-tree", "uv-git", "uv-line", "pip", "pip-conflict"),
        *("pip-git", "pip-build", "venv", "nothing"),
    ],
)
def test_the_cause_is_found_in_the_output(output: str, text: str, hint: str) -> None:
    found = summarize(output.splitlines())
    assert text in found.text
    assert "\n" not in found.text
    assert hint in found.hint


def test_a_summary_is_short_whatever_an_installer_prints() -> None:
    found = summarize(["ERROR: " + "x" * 100_000])
    assert len(found.text) <= 400


def test_credentials_of_an_index_are_not_shown() -> None:
    line = (
        "Looking in indexes: https://me:secret@index.example/simple, http://a.example"
    )
    assert without_secrets(line) == (
        "Looking in indexes: https://****@index.example/simple, http://a.example"
    )
