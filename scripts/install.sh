#!/bin/sh
# Install the locked requirements and the package itself into a virtual environment: with uv where present, else pip.
# Use: scripts/install.sh VENV REQUIREMENTS
set -eu
venv=$1 lock=$2
echo "installing from $lock (one to three minutes the first time)"
if command -v uv >/dev/null 2>&1; then
    uv pip install --quiet --python "$venv/bin/python" --require-hashes -r "$lock"
    uv pip install --quiet --python "$venv/bin/python" --no-deps --editable .
else
    # The lock is complete: without --no-deps an old pip wants a hash for coverage[toml] beside that of coverage.
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$lock"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --editable .
fi
