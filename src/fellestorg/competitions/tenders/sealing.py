"""Encryption of tenders: age (X25519) for what openers shall open, AES-256-GCM for what is on its way in. Pure: no
database, no clock.

Keys are random, so every ciphertext is different; all of them are authenticated, so a changed one is found.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from dataclasses import dataclass
from typing import Any

_NONCE = 12
KEY_BYTES = 32
# How a compressed text (RFC 8878) begins; older ones are zlib's, which begin otherwise.
_ZSTANDARD = b"\x28\xb5\x2f\xfd"


class SealError(Exception):
    """It cannot be opened: another key, or it has been changed."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A pair just made: ``secret`` is AGE-SECRET-KEY-1…, ``recipient`` age1…"""

    secret: str
    recipient: str


def new_key() -> NewKey:
    """A new age key pair."""
    from pyrage import x25519

    identity = x25519.Identity.generate()
    return NewKey(str(identity), str(identity.to_public()))


def recipient_of(secret: str) -> str:
    """The public half of a private key. Raises SealError where it is none."""
    return str(_identity(secret).to_public())


def seal(content: bytes, recipient: str) -> bytes:
    """Encrypted so that only the holder of the recipient's private key reads it."""
    import pyrage

    return bytes(pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(recipient)]))


def unseal(sealed: bytes, secret: str) -> bytes:
    """What was sealed. Raises SealError."""
    import pyrage

    try:
        return bytes(pyrage.decrypt(sealed, [_identity(secret)]))
    except pyrage.DecryptError as error:
        raise SealError(str(error)) from None


def seal_packed(content: bytes, recipient: str) -> bytes:
    """Sealed, and made smaller first: for long texts. Not for prices, whose length would then tell of them."""
    return seal(_smaller(content), recipient)


def unseal_packed(sealed: bytes, secret: str) -> bytes:
    """What was sealed packed, or bare as older tenders are: JSON, which never begins as a compressed text does.
    Raises SealError."""
    content = unseal(sealed, secret)
    if content[:1] == b"{":
        return content
    try:
        return _whole(content)
    except (zlib.error, OSError) as error:
        raise SealError(str(error)) from None


def nest(secret: str, *, outer: str, inner: str) -> bytes:
    """A private key encrypted to ``inner`` and then to ``outer``: neither holder reads it without the other."""
    return seal(seal(secret.encode(), inner), outer)


def lock_with_passphrase(secret: str, passphrase: str) -> bytes:
    """A private key as a file under a passphrase (age, scrypt); ``age -d`` opens it too. Takes half a second on purpose."""
    import pyrage

    return bytes(pyrage.passphrase.encrypt(secret.encode(), passphrase))


def secret_from(given: bytes, passphrase: str) -> str:
    """The private key in a key file: under a passphrase, or as bare text as age-keygen writes it. Raises SealError."""
    import pyrage

    if given.startswith(b"age-encryption.org/"):
        try:
            given = pyrage.passphrase.decrypt(given, passphrase)
        except pyrage.DecryptError as error:
            raise SealError(str(error)) from None
    lines = given.decode("utf-8", "replace").splitlines()
    secret = next((line.strip() for line in lines if line.strip().startswith("AGE-SECRET-KEY-")), "")
    recipient_of(secret)
    return secret


def box(content: bytes, key: bytes, about: bytes = b"") -> bytes:
    """Encrypted with a key of 32 bytes; ``about`` must be the same when it is opened."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, about)


def unbox(sealed: bytes, key: bytes, about: bytes = b"") -> bytes:
    """What was boxed. Raises SealError."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], about)
    except (InvalidTag, ValueError):
        raise SealError("another key, or changed") from None


def pack(content: bytes, key: bytes, about: bytes = b"") -> bytes:
    """Boxed and made smaller first: text of a form shrinks to a third, and all of it is written to disk twice."""
    return box(_smaller(content), key, about)


def unpack(sealed: bytes, key: bytes, about: bytes = b"") -> bytes:
    """What was packed. Raises SealError."""
    return _whole(unbox(sealed, key, about))


def key_from(secret: str, purpose: str) -> bytes:
    """A key of 32 bytes from a secret with enough randomness of its own, another for each purpose."""
    return hashlib.sha256(f"fellestorg tenders\0{purpose}\0{secret}".encode()).digest()


def _smaller(content: bytes) -> bytes:
    """As a Zstandard frame, which `zstd -d` reads too: in a fifth of zlib's time, and smaller."""
    import pyarrow

    return bytes(pyarrow.Codec("zstd", 1).compress(content, asbytes=True))


def _whole(packed: bytes) -> bytes:
    if not packed.startswith(_ZSTANDARD):
        return zlib.decompress(packed)
    import pyarrow

    return bytes(pyarrow.CompressedInputStream(pyarrow.BufferReader(packed), "zstd").read())


def _identity(secret: str) -> Any:
    import pyrage

    try:
        return pyrage.x25519.Identity.from_str(secret)
    except (pyrage.IdentityError, ValueError) as error:
        raise SealError(str(error)) from None
