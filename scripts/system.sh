#!/bin/sh
# System packages that the tests use: Debian's chromium for the browser tests, a Java 17 for those of the Spark engine,
# iproute2, nftables and iptables for the network test-bed (namespaces of this machine; it reaches nothing else).
# Installs them when it can (root on Debian), otherwise says what is missing; the tests that need it then skip with a
# reason.
set -eu
missing=""
if ! command -v chromium >/dev/null 2>&1; then missing="chromium fonts-noto-core"; fi
if ! command -v "${JAVA_HOME:+$JAVA_HOME/bin/}java" >/dev/null 2>&1; then
    missing="$missing openjdk-17-jre-headless"
fi
for pair in ip:iproute2 nft:nftables iptables:iptables; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update >/dev/null
    # The Debian after this one may carry a later Java only: any that Spark takes will do.
    case $missing in
    *openjdk*) apt-cache show openjdk-17-jre-headless >/dev/null 2>&1 ||
        missing=$(echo "$missing" | sed s/openjdk-17-jre-headless/openjdk-21-jre-headless/) ;;
    esac
    echo "installing for the tests: $missing"
    # shellcheck disable=SC2086  # a list of words
    apt-get -qq install -y --no-install-recommends $missing >/dev/null
else
    echo "not installed, so the tests that need it will skip: $missing. As root: apt-get install $missing"
fi
