"""Sealed columns: AES-256-GCM bound to table, row and column, and a keyed index to look up by.

PostgreSQL sees neither key nor text. A sealed value moved to another row does not open.
"""

import base64
import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel, ConfigDict

_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32


class SealError(Exception):
    """A sealed value was tampered with, moved, or its key is not in the ring."""


class _RingFile(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    current: str
    keys: dict[str, str]
    index_key: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value lives; it opens nowhere else."""

    table: str
    row: object
    column: str

    def aad(self) -> bytes:
        """The additional data that binds a ciphertext to its place."""
        return f"{self.table}\x1f{self.row}\x1f{self.column}".encode()


class KeyRing:
    """The keys of one service: one that seals, all that open, one for the look-up index."""

    def __init__(self, current: str, keys: dict[str, bytes], index_key: bytes) -> None:
        if current not in keys or any(
            len(key) != _KEY_BYTES for key in (*keys.values(), index_key)
        ):
            raise SealError("the key ring needs its current key, and keys of 32 bytes")
        self._current = current
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self._index_key = index_key

    @classmethod
    def load(cls, path: Path) -> "KeyRing":
        """Read a ring from its JSON file: `{"current", "keys": {name: base64}, "index_key"}`."""
        ring = _RingFile.model_validate(json.loads(path.read_text(encoding="utf-8")))
        keys = {name: base64.b64decode(key) for name, key in ring.keys.items()}
        return cls(ring.current, keys, base64.b64decode(ring.index_key))

    def seal(self, plain: str, place: Place) -> bytes:
        """Encrypt a text for one place. The answer starts with the name of the key."""
        nonce = os.urandom(_NONCE_BYTES)
        cipher = self._ciphers[self._current].encrypt(nonce, plain.encode(), place.aad())
        return self._current.encode() + b"." + nonce + cipher

    def open(self, sealed: bytes, place: Place) -> str:
        """Decrypt what was sealed for exactly this place, else `SealError`."""
        name, _, rest = bytes(sealed).partition(b".")
        cipher = self._ciphers.get(name.decode(errors="replace"))
        if cipher is None:
            raise SealError("sealed with a key that is not in the ring")
        try:
            return cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], place.aad()).decode()
        except (InvalidTag, ValueError) as exc:
            raise SealError("this value was not sealed for this place") from exc

    def index(self, column: str, value: str) -> bytes:
        """A keyed hash to look a sealed value up by; without the key it cannot be enumerated."""
        return self.keyed_hash(f"index\x1f{column}\x1f{value}".encode())

    def keyed_hash(self, data: bytes) -> bytes:
        """HMAC-SHA-256 under the index key: ETags, cursors and fingerprints are made of it."""
        return hmac.new(self._index_key, data, hashlib.sha256).digest()
