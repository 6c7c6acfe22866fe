#!/bin/sh
# System packages that the tests use: Debian's chromium for the browser tests. Installs them when it can (root on
# Debian), otherwise says what is missing; the tests that need it then skip with a reason.
set -eu
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing chromium for the browser tests"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update >/dev/null
    apt-get -qq install -y --no-install-recommends chromium fonts-noto-core >/dev/null
else
    echo "chromium is not installed: the browser tests will skip. As root: apt-get install chromium"
fi
