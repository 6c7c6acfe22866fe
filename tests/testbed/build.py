"""Builds the test-bed in a mount and network namespace of its own, and holds it until stdin closes.

Started by conftest.py under `unshare`. Prints one line of JSON when everything answers. No interface leads outside: the
outer namespace has none but its loopback.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import layout as at
import rules
from certificates import Authority
from scenarios import BY_HOST, NUMBER

HERE = Path(__file__).resolve().parent
# Packets to any other place are counted and dropped in every namespace; a test holds the counters to zero.
WATCH = """
table inet watch {
  chain leaving {
    type filter hook output priority -300; policy accept;
    ip daddr { 127.0.0.0/8, 10.77.0.0/16 } accept
    ip6 daddr { ::1, fe80::/10, ff02::/16, fd77::/16 } accept
    meta l4proto { icmp, icmpv6 } accept
    counter name "elsewhere" drop
  }
  counter elsewhere { }
}
"""
# What arrives, by address: the kernel's own count, to hold the rate caps against.
HEARD = """
table inet heard {
  set questions { type ipv4_addr; flags dynamic; counter; }
  set connections { type ipv4_addr; flags dynamic; counter; }
  chain arriving {
    type filter hook input priority -300; policy accept;
    udp dport 53 add @questions { ip daddr }
    tcp flags & (syn | ack) == syn add @connections { ip daddr }
  }
}
"""


def sh(command: str, space: str = "") -> None:
    words = command.split()
    if space:
        words = ["nsenter", f"--net=/run/netns/{space}", *words]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}: {done.stderr.strip()}")


def link(one: str, name: str, two: str, other: str) -> None:
    sh(f"ip link add {name} netns {one} type veth peer name {other} netns {two}")
    for space, device in ((one, name), (two, other)):
        sh(f"ip link set {device} up", space)


def address(space: str, device: str, *texts: str) -> None:
    for text in texts:
        sh(f"ip addr add {text} dev {device}" + (" nodad" if ":" in text else ""), space)


def spaces() -> None:
    sh("mount -t tmpfs tmpfs /run")
    Path("/run/netns").mkdir()
    for space in at.SPACES:
        sh(f"ip netns add {space}")
        sh("ip link set lo up", space)
        for knob in ("ipv4/ip_forward", "ipv6/conf/all/forwarding"):
            subprocess.run(
                [
                    "nsenter",
                    f"--net=/run/netns/{space}",
                    "sh",
                    "-c",
                    f"echo {int(space != 'probe')} > /proc/sys/net/{knob}",
                ],
                check=False,
            )
        table = (WATCH + HEARD).encode()
        subprocess.run(["nsenter", f"--net=/run/netns/{space}", "nft", "-f", "-"], input=table, check=True)


def network() -> None:
    link("probe", "p0", "isp", "p1")
    link("probe", "c0", "control", "c1")
    link("isp", "w0", "web", "w1")
    link("control", "x0", "web", "x1")
    address("probe", "p0", f"{at.PROBE}/24", f"{at.PROXIES}/24", f"{at.PROBE6}/64")
    address("isp", "p1", f"{at.ISP}/24", f"{at.ISP6}/64")
    address("probe", "c0", "10.77.9.2/24")
    address("control", "c1", f"{at.CONTROL}/24")
    address("isp", "w0", "10.77.254.1/24", "fd77:254::1/64")
    address("web", "w1", "10.77.254.2/24", "fd77:254::2/64")
    address("control", "x0", "10.77.253.1/24", "fd77:253::1/64")
    address("web", "x1", "10.77.253.2/24", "fd77:253::2/64")
    for place in (*at.RESOLVERS.values(), *at.PLAIN, at.BLOCK_PAGE, at.PARKED):
        address("isp", "lo", f"{place}/32")
    for place in at.CONTROL_RESOLVERS:
        address("control", "lo", f"{place}/32")
    for place in (at.SITES, f"{at.FAR_RESOLVER}/32"):
        sh(f"ip route add local {place} dev lo", "web")
    for place in (at.SITES6, at.NO_WAY6):
        sh(f"ip -6 route add local {place} dev lo", "web")
    for space, via, via6 in (("isp", "10.77.254.2", "fd77:254::2"), ("control", "10.77.253.2", "fd77:253::2")):
        for place in (at.SITES, f"{at.FAR_RESOLVER}/32"):
            sh(f"ip route add {place} via {via}", space)
        sh(f"ip -6 route add {at.SITES6} via {via6}", space)
    sh(f"ip -6 route add {at.NO_WAY6} via fd77:253::2", "control")
    for place in ("10.77.1.0/24", "10.77.2.0/24", "10.77.5.0/24", "10.77.66.0/24", at.SITES, f"{at.FAR_RESOLVER}/32"):
        sh(f"ip route add {place} via {at.ISP}", "probe")
    sh(f"ip -6 route add {at.SITES6} via {at.ISP6}", "probe")
    sh("ip route add 10.77.3.0/24 via 10.77.9.1", "probe")
    sh("ip route add 10.77.0.0/24 via 10.77.254.1", "web")
    sh("ip -6 route add fd77:1::/64 via fd77:254::1", "web")
    sh("ip route add 10.77.9.0/24 via 10.77.253.1", "web")


def filters() -> None:
    for host, scenario in BY_HOST.items():
        for rule in scenario.filter:
            for command in rules.commands(rule, host, NUMBER[host]):
                sh(command, "isp")
        if scenario.site == "dead":
            sh(f"iptables -A INPUT -d {at.site(NUMBER[host])} -j DROP", "web")
        if scenario.site == "refusing":
            sh(f"iptables -A INPUT -d {at.site(NUMBER[host])} -p tcp -j REJECT --reject-with tcp-reset", "web")
    # nobody is at the injected address: silence, as with most injected addresses
    sh("ip route add blackhole 10.77.66.0/24", "isp")


def authorities(folder: str) -> None:
    for name in ("trusted", "censor"):
        Authority(name, Path(folder))


def servers(folder: str) -> list[subprocess.Popen[bytes]]:
    out = []
    for space, role in (("web", "web"), ("isp", "isp"), ("control", "control"), ("probe", "proxies")):
        command = ["nsenter", f"--net=/run/netns/{space}", sys.executable, str(HERE / "servers.py"), role, folder]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        out.append(child)
    for child in out:
        if child.stdout is None or child.stdout.readline().strip() != b"ready":
            raise SystemExit(f"a server did not start: {child.args}")
    return out


def main() -> None:
    spaces()
    network()
    filters()
    authorities(sys.argv[1])
    children = servers(sys.argv[1])
    print(json.dumps({"pid": os.getpid()}), flush=True)
    sys.stdin.buffer.read()
    for child in children:
        if child.stdin:
            child.stdin.close()
        child.wait(timeout=10)


if __name__ == "__main__":
    main()
