"""What the isp does to traffic, by name of the rule. Commands for its namespace."""

from __future__ import annotations

import layout as at


def commands(rule: str, host: str, number: int) -> list[str]:
    """Shell commands that set a rule up for one site."""
    address = at.site(number)
    sni = f"-p tcp --dport 443 -m string --algo bm --to 1500 --string {host}"
    reset = "-j REJECT --reject-with tcp-reset"
    forward = "iptables -A FORWARD"
    nat = f"iptables -t nat -A PREROUTING -d {address} -p tcp"
    return {
        "drop_ip": [f"{forward} -d {address} -j DROP"],
        "reset_ip": [f"{forward} -d {address} -p tcp {reset}"],
        "sni_reset": [f"{forward} -d {address} {sni} {reset}"],
        "sni_reset_hop": [f"{forward} {sni.replace(host, 'next-' + host)} {reset}"],
        "sni_reset6": [f"ip6tables -A FORWARD {sni} {reset}"],
        "sni_drop": [f"{forward} {sni} -j DROP"],
        # the pair of addresses stays blocked for six seconds after the name was seen
        "stateful": [
            f"{forward} -d {address} {sni} -m recent --name held --set --rdest {reset}",
            f"{forward} -d {address} -m recent --name held --rcheck --seconds 6 --rdest -j DROP",
        ],
        "host_reset": [f"{forward} -p tcp --dport 80 -m string --algo bm --to 1500 --string {host} {reset}"],
        "host_drop": [f"{forward} -p tcp --dport 80 -m string --algo bm --to 1500 --string {host} -j DROP"],
        "page": [f"{nat} --dport 80 -j REDIRECT --to-ports {at.FILTER_PORTS['page']}"],
        "mitm": [f"{nat} --dport 443 -j REDIRECT --to-ports {at.FILTER_PORTS['mitm']}"],
        "throttle": [
            "tc qdisc add dev p1 root handle 1: htb default 10",
            "tc class add dev p1 parent 1: classid 1:10 htb rate 1000mbit quantum 60000",
            "tc class add dev p1 parent 1: classid 1:20 htb rate 200kbit burst 4k quantum 1600",
            f"tc filter add dev p1 parent 1: protocol ip u32 match ip src {address}/32 flowid 1:20",
        ],
    }[rule]


LOSS = "-m statistic --mode random --probability 0.05 -j DROP"
