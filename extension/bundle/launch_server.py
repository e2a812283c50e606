"""Starts Funclens from the packages that the extension carries.

Run by path, in isolated mode: `PYTHON -I -u launch_server.py lsp --stdio`. Needs
nothing but a Python; one that is too old is told so instead of a syntax error.
"""

import os
import sys

OLDEST = (3, 10)


def main():
    if sys.version_info < OLDEST:
        sys.exit(
            "Funclens needs Python 3.10 or later for its language server. Choose one "
            "with the setting funclens.serverPython. This one is too old: %s is %d.%d"
            % ((sys.executable,) + sys.version_info[:2])
        )
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path.insert(0, os.path.join(here, "libs"))

    from funclens.cli import main as funclens

    sys.exit(funclens(sys.argv[1:] or ["lsp", "--stdio"]))


if __name__ == "__main__":
    main()
