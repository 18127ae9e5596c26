"""Certificates for Content Credentials: the user's own, or a chain that we make once and keep for this user.

`SOUNDWRIGHT_CERT` and `SOUNDWRIGHT_KEY` name PEM files: the chain, end certificate first, and its private key. Without
them a chain is made: a root that no one else trusts and an end certificate with the key usages that C2PA asks for
(specification 2.1, 14.5: digitalSignature, emailProtection). Readers then say that the file is whole but that they
do not know who signed it, which is the truth.
"""

from __future__ import annotations

import datetime
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from soundwright.errors import BadRequest, CannotRun

ALGORITHMS = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
YEARS = 10


@dataclass(frozen=True)
class Identity:
    """PEM bytes of the chain and of the private key, C2PA's name of the algorithm, and whether we made them."""

    chain: bytes
    key: bytes
    algorithm: str
    self_made: bool


def folder() -> Path:
    """Where this user's settings live: XDG_CONFIG_HOME, APPDATA, or ~/.config."""
    base = os.environ.get("APPDATA" if sys.platform == "win32" else "XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "soundwright"


def identity() -> Identity:
    """The certificate to sign with. Raises `BadRequest` for files that are none, `CannotRun` without cryptography."""
    cert, key = os.environ.get("SOUNDWRIGHT_CERT"), os.environ.get("SOUNDWRIGHT_KEY")
    if bool(cert) != bool(key):
        raise BadRequest(
            "SOUNDWRIGHT_CERT and SOUNDWRIGHT_KEY go together: the chain and its private key, as PEM files"
        )
    if cert and key:
        return _read(Path(cert), Path(key), self_made=False)
    place = folder()
    chain, private = place / "certificate.pem", place / "private-key.pem"
    if not chain.is_file() or not private.is_file() or _over(chain):
        _make(chain, private)
    return _read(chain, private, self_made=True)


def _read(cert: Path, key: Path, *, self_made: bool) -> Identity:
    library()
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    try:
        chain, private = cert.read_bytes(), key.read_bytes()
        first = x509.load_pem_x509_certificates(chain)[0]
        loaded = serialization.load_pem_private_key(private, None)
    except OSError as error:
        raise BadRequest(f"{error.filename} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, IndexError) as error:
        raise BadRequest(f"{cert} and {key} are not a PEM chain and a private key without password: {error}") from error
    if first.public_key() != loaded.public_key():
        raise BadRequest(f"{key} is not the private key of {cert}")
    if isinstance(loaded, ec.EllipticCurvePrivateKey) and loaded.curve.name in ALGORITHMS:
        algorithm = ALGORITHMS[loaded.curve.name]
    elif isinstance(loaded, ed25519.Ed25519PrivateKey):
        algorithm = "ED25519"
    elif isinstance(loaded, rsa.RSAPrivateKey):
        algorithm = "PS256"
    else:
        raise BadRequest(f"{key}: Content Credentials take keys on P-256, P-384, P-521, Ed25519 or RSA")
    plain = loaded.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Identity(chain, plain, algorithm, self_made)


def _over(chain: Path) -> bool:
    """Whether the chain we made has come to its end, or is none."""
    from cryptography import x509

    try:
        first = x509.load_pem_x509_certificates(chain.read_bytes())[0]
    except (ValueError, IndexError):
        return True
    return first.not_valid_after_utc < datetime.datetime.now(datetime.UTC)


def _make(chain: Path, private: Path) -> None:
    """A root and an end certificate on P-256; only the end's key is kept, readable by its owner."""
    library()
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    from soundwright.deliver import files

    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate("Soundwright self-made root", root_key, "Soundwright self-made root", root_key, root=True)
    end = _certificate("Soundwright, self-made for this user", key, "Soundwright self-made root", root_key, root=False)
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with files.staged(chain.parent) as stage:
        aside = stage.path(private)
        aside.touch(mode=0o600)
        aside.write_bytes(secret)
        stage.path(chain).write_bytes(end.public_bytes(pem) + root.public_bytes(pem))


def _certificate(subject: str, key, issuer: str, issuer_key, *, root: bool):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def name(text: str) -> x509.Name:
        parts = ((NameOID.ORGANIZATION_NAME, "Soundwright user"), (NameOID.COMMON_NAME, text))
        return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])

    def usage(**granted: bool) -> x509.KeyUsage:
        every = (
            "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign "
            "crl_sign encipher_only decipher_only"
        )
        return x509.KeyUsage(**{one: granted.get(one, False) for one in every.split()})

    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=root, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if root:
        builder = builder.add_extension(usage(key_cert_sign=True, crl_sign=True), critical=True)
    else:
        builder = builder.add_extension(usage(digital_signature=True), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def library() -> None:
    """Raises `CannotRun` with the command to install cryptography where it is missing."""
    try:
        import cryptography  # noqa: F401
    except ImportError:
        raise CannotRun("making a certificate needs cryptography: pip install 'soundwright[mark]'") from None
