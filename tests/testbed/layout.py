"""Where everything stands in the test-bed: namespaces, addresses, ports.

    probe 10.77.0.2 ──p0── isp 10.77.0.1 ──w0── web 10.77.16.0/20, fd77:16::/64     the filtered line
    probe 10.77.9.2 ──c0── control 10.77.9.1 ──x0── web                             the control, as through a tunnel

The probe reaches the control over a link of its own, as an operator does through an encrypted tunnel: a control that
crosses the censor in clear would be filtered too.
"""

SPACES = ("probe", "isp", "web", "control")
PROBE, PROBE6 = "10.77.0.2", "fd77:1::2"
ISP, ISP6 = "10.77.0.1", "fd77:1::1"
PROXIES = "10.77.0.3"  # proxies of the filtered line: SOCKS5 on 1080, CONNECT on 8080; nothing on 1099
CONTROL = "10.77.9.1"  # SOCKS5 on 1080
CONTROL_RESOLVERS = (
    "10.77.3.53",
    "10.77.3.54",
    "10.77.3.55",
    "10.77.3.56",
)  # in the control's network: udp, tcp, dot, doh
FAR_RESOLVER = "10.77.20.53"  # honest, behind the censor: what the injector on the path answers for
BLOCK_PAGE = "10.77.5.80"  # in the isp
PARKED = "10.77.5.81"  # somebody else's server, with its own certificate
SITES, SITES_TWO, SITES6 = "10.77.16.0/20", "10.77.17.0/24", "fd77:16::/64"
NO_WAY6 = "fd77:dead::/64"  # the filtered line has no route there; the control has
RESOLVERS = {
    "honest": "10.77.1.10",
    "nxdomain": "10.77.1.11",
    "bogon": "10.77.1.12",
    "blockpage": "10.77.1.13",
    "servfail": "10.77.1.14",
    "refused": "10.77.1.15",
    "nodata": "10.77.1.16",
    "silent": "10.77.1.17",
    "cname": "10.77.1.18",
    "leaky": "10.77.1.19",  # refuses everything but answers for poisoned zones with authority
    "dead": "10.77.1.20",
    "other": "10.77.1.21",
    "flapping": "10.77.1.22",
    "refuses_all": "10.77.1.23",
    "nxdomain_soa": "10.77.1.24",
}
PLAIN = tuple(f"10.77.2.{n}" for n in range(10, 20))  # honest resolvers of ten lines, for the innocuous runs
INJECTED = "10.77.66.66"  # what the injector answers: nobody is there
FILTER_PORTS = {"page": 8081, "mitm": 8443}


def site(number: int) -> str:
    """Address of site number n."""
    return f"10.77.16.{number}"


def site_two(number: int) -> str:
    """Its second address."""
    return f"10.77.17.{number}"


def site6(number: int) -> str:
    """Its IPv6 address."""
    return f"fd77:16::{number:x}"


def far6(number: int) -> str:
    """An IPv6 address that the filtered line cannot reach."""
    return f"fd77:dead::{number:x}"
