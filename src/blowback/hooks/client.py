"""The one place of the hooks that opens a connection: to a server with the OpenAI chat interface, on this machine.

Another machine is reached only where the caller says so. Redirects are not followed, proxies of the environment are not
used, and an answer has an end in size and in time.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from blowback.errors import UsageError

LARGEST: Final = 1 << 20  # bytes of an answer
_CHUNK: Final = 1 << 14


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server sent: its body, or in `fault` why there is none."""

    body: bytes
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """A base URL that may be asked. Make it with `server_at`."""

    scheme: str
    host: str
    port: int
    path: str
    remote: bool
    key: str = field(default="", repr=False)

    @property
    def base_url(self) -> str:
        """As it is written into the ledger: without the key."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    def ask(self, body: bytes, *, timeout: float = 120.0) -> Reply:
        """POST a chat completion; the whole of it takes at most `timeout` seconds."""
        until = time.monotonic() + timeout
        connection = self._connection(timeout)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        try:
            connection.request("POST", f"{self.path}/chat/completions", body, headers)
            answer = connection.getresponse()
            if answer.status != http.client.OK:
                return Reply(b"", f"the server answered {answer.status}")
            return _whole(answer, until)
        except (OSError, http.client.HTTPException) as error:
            return Reply(b"", f"no answer: {type(error).__name__}")
        finally:
            connection.close()

    def _connection(self, timeout: float) -> http.client.HTTPConnection:
        if self.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self.host, self.port, timeout=timeout, context=context)
        return http.client.HTTPConnection(self.host, self.port, timeout=timeout)


def _whole(answer: http.client.HTTPResponse, until: float) -> Reply:
    parts: list[bytes] = []
    while part := answer.read1(_CHUNK):
        parts.append(part)
        if sum(map(len, parts)) > LARGEST:
            return Reply(b"", f"an answer of more than {LARGEST:,} bytes")
        if time.monotonic() > until:
            return Reply(b"", "the answer took too long")
    return Reply(b"".join(parts))


def server_at(base_url: str, *, allow_remote: bool = False, key: str = "") -> Server:
    """The server of a base URL such as `http://127.0.0.1:8080/v1`.

    Raises:
        UsageError: it is no such URL, or leads to another machine and that was not allowed. A name other than localhost
            counts as another machine, whatever it resolves to.
    """
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise UsageError(f"--base-url {base_url}: {error}", hint="Write http://127.0.0.1:8080/v1") from error
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.query or parts.fragment:
        raise UsageError("--base-url is no plain http or https URL", hint="Write http://127.0.0.1:8080/v1")
    here = host == "localhost" or _loopback(host)
    if not here and not allow_remote:
        raise UsageError(
            f"{host} is not this machine: the texts of posts would leave it",
            hint="Use a server on 127.0.0.1, or say --allow-remote",
        )
    if host == "localhost":
        host = "127.0.0.1" if _listens("127.0.0.1", port) else "::1" if _listens("::1", port) else "127.0.0.1"
    return Server(
        parts.scheme, host, port or (443 if parts.scheme == "https" else 80), parts.path.rstrip("/"), not here, key
    )


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listens(address: str, port: int | None) -> bool:
    """Whether something answers at a loopback address: localhost may mean either, and a name is never looked up."""
    try:
        socket.create_connection((address, port or 80), timeout=1).close()
    except OSError:
        return False
    return True
