"""Certificate authorities of the test-bed: one that the plan trusts, and the censor's own."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.now(UTC)


class Authority:
    """Signs leaves for any name. Kept as two PEM files, so that several servers share it."""

    def __init__(self, name: str, folder: Path) -> None:
        self.cert_path, self.key_path = folder / f"{name}.pem", folder / f"{name}.key"
        if not self.cert_path.exists():
            self._make(name)
        self.key = serialization.load_pem_private_key(self.key_path.read_bytes(), None)
        self.cert = x509.load_pem_x509_certificate(self.cert_path.read_bytes())
        self.leaf_key = ec.generate_private_key(ec.SECP256R1())
        self.folder = folder
        self._contexts: dict[tuple[str, bool], ssl.SSLContext] = {}

    def _make(self, name: str) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name} of the test-bed")])
        cert = (
            _builder(subject, subject, key.public_key(), NOW - timedelta(days=9), NOW + timedelta(days=99))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(ca=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        self.cert_path.write_bytes(cert.public_bytes(serialization.Encoding.PEM))
        self.key_path.write_bytes(_pem(key))

    def leaf(self, host: str, *, expired: bool = False) -> x509.Certificate:
        """A certificate for a name."""
        first = NOW - timedelta(days=8)
        last = NOW - timedelta(days=2) if expired else NOW + timedelta(days=60)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:60])])
        return (
            _builder(subject, self.cert.subject, self.leaf_key.public_key(), first, last)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.cert.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )

    def context(self, host: str, *, expired: bool = False) -> ssl.SSLContext:
        """A server's context with a leaf for a name."""
        if (host, expired) not in self._contexts:
            path = self.folder / f"{self.cert_path.stem}-{abs(hash((host, expired)))}.leaf"
            leaf = self.leaf(host, expired=expired).public_bytes(serialization.Encoding.PEM)
            path.write_bytes(leaf + _pem(self.leaf_key))
            made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            made.load_cert_chain(path)
            path.unlink()
            self._contexts[host, expired] = made
        return self._contexts[host, expired]

    def server(self, expired: frozenset[str] = frozenset()) -> ssl.SSLContext:
        """A context that has a certificate for whatever name is asked for."""
        made = self.context("default.example")

        def choose(sock: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            if name:
                sock.context = self.context(name, expired=name in expired)

        made.sni_callback = choose
        return made


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, first: datetime, last: datetime):
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(last)
    )


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, key_cert_sign=ca, crl_sign=ca, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
