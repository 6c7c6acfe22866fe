"""Certificates: the chain as hash, names and validity, and whether it is valid for a name under stated roots.

The handshake itself never verifies, so that a forged chain can be kept as evidence; the check is made afterwards with
the path validation of `cryptography` (RFC 5280 and the CA/B profile).
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import ssl
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from blowback.errors import NotReadable

_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
_MOST_NAMES = 30
_ODD = (
    ValueError, TypeError, x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, UnsupportedAlgorithm,
)  # fmt: skip  # what certificates that do not keep to the standard raise
FAILURES = {
    "valid": None,
    "wrong_name": "ssl_invalid_hostname",
    "unknown_authority": "ssl_unknown_authority",
    "expired": "ssl_invalid_certificate",
    "invalid": "ssl_invalid_certificate",
}


@dataclass(frozen=True, slots=True)
class Trust:
    """Roots that count, and the SHA-256 over them (the trust store's version, written into every line)."""

    store: Store
    sha256: str
    count: int

    @classmethod
    def load(cls, path: str = "") -> Trust:
        """Roots of a PEM file, or the system's.

        Raises:
            NotReadable: there is no such file, or it holds no certificate.
        """
        found = path or next(
            (p for p in (ssl.get_default_verify_paths().cafile, *_BUNDLES) if p and Path(p).is_file()), ""
        )
        hint = "Install ca-certificates, or name a PEM file of roots in the plan: [content] trust"
        if not found or not Path(found).is_file():
            raise NotReadable("no trusted root certificates are found", hint=hint)
        roots: list[x509.Certificate] = []
        for block in Path(found).read_text(encoding="utf-8", errors="replace").split("-----BEGIN CERTIFICATE-----")[1:]:
            body = block.split("-----END CERTIFICATE-----", maxsplit=1)[0]
            try:
                made = _read(base64.b64decode(body))
            except ValueError:
                continue
            roots += [made] if made else []  # a root that does not keep to the standard validates nothing
        if not roots:
            raise NotReadable(f"{found} holds no certificate", hint=hint)
        state = hashlib.sha256(b"".join(sorted(r.public_bytes(Encoding.DER) for r in roots)))
        return cls(Store(roots), state.hexdigest(), len(roots))

    def judge(self, chain: list[bytes], name: str, at: datetime | None = None) -> tuple[str, str]:
        """How a chain stands for a name at a time.

        `chain` is DER, leaf first; `name` a host name in A-labels or an address; `at` the time, default now.

        Returns:
            (valid, wrong_name, unknown_authority, expired or invalid; the reason in words, empty where valid).
        """
        when = at or datetime.now(UTC)
        leaf = _read(chain[0]) if chain else None
        if leaf is None:
            return "invalid", "the certificate cannot be read"
        dates = leaf.not_valid_before_utc, leaf.not_valid_after_utc
        rest = [made for der in chain[1:] if (made := _read(der)) is not None]
        if not (why := self._fails(leaf, rest, name, when)):
            return "valid", ""
        dated = dates[0] <= when <= dates[1]
        inside = when if dated else dates[0] + timedelta(seconds=1)
        own = next(iter(names_of(leaf)), "")
        if not dated and not self._fails(leaf, rest, name, inside):
            return "expired", why
        if own and not self._fails(leaf, rest, own.replace("*.", "any.", 1), inside):
            return "wrong_name", why
        return ("invalid" if "unsupported" in why else "unknown_authority"), why

    def _fails(self, leaf: x509.Certificate, rest: list[x509.Certificate], name: str, when: datetime) -> str:
        try:
            subject: Any = x509.IPAddress(ipaddress.ip_address(name)) if is_address(name) else x509.DNSName(name)
            PolicyBuilder().store(self.store).time(when).build_server_verifier(subject).verify(leaf, rest)
        except (VerificationError, *_ODD) as error:
            return str(error) or "not valid"
        return ""


def _read(der: bytes) -> x509.Certificate | None:
    """A certificate, or None where it cannot be read: junk behind a leaf does not make the leaf wrong."""
    try:
        with warnings.catch_warnings(action="ignore"):  # serial numbers below zero and the like: tolerated, and told
            made = x509.load_der_x509_certificate(der)
            _ = made.not_valid_before_utc, made.not_valid_after_utc, made.issuer, made.subject
            return made
    except _ODD:
        return None


def is_address(name: str) -> bool:
    """Whether a name is a numeric address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def names_of(certificate: x509.Certificate) -> list[str]:
    """Names and addresses a certificate is for, else its common name."""
    try:
        alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = [*alternative.get_values_for_type(x509.DNSName)]
        names += [str(a) for a in alternative.get_values_for_type(x509.IPAddress)]
    except (x509.ExtensionNotFound, *_ODD):
        names = []
    return names or [str(a.value) for a in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]


def described(chain: list[bytes]) -> list[dict[str, Any]]:
    """Each certificate as `sha256, names, issuer, not_before, not_after`; the certificates are not kept."""
    out = []
    for der in chain:
        row: dict[str, Any] = {"sha256": hashlib.sha256(der).hexdigest()}
        made = _read(der)
        row["names"] = names_of(made)[:_MOST_NAMES] if made else []
        if made:
            row |= {
                "issuer": made.issuer.rfc4514_string()[:200],
                "not_before": made.not_valid_before_utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "not_after": made.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
        out.append(row)
    return out
