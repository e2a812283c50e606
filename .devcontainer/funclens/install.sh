#!/usr/bin/env bash
# Installs Funclens into an environment of its own, so that it never meets the packages of the functions.
set -euo pipefail

python=$(command -v python3 || true)
if [ -z "$python" ] || ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
    echo "error: Funclens needs Python 3.10 or later in the container" >&2
    echo "hint: use an image with Python, or add the feature ghcr.io/devcontainers/features/python" >&2
    exit 1
fi
"$python" -m venv /opt/funclens
/opt/funclens/bin/pip install --quiet --disable-pip-version-check "${PACKAGE:-funclens}"
ln -sf /opt/funclens/bin/funclens /usr/local/bin/funclens
funclens --version
