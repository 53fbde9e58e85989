"""Canonical JSON (RFC 8785) and the SHA-256 hash over it, for layouts and the journal."""

import hashlib
from typing import Any

import rfc8785

#: What stands before the first event of a journal.
NOTHING_BEFORE = "0" * 64


def canonical(value: Any) -> bytes:
    """Return the one byte string that stands for a JSON value (RFC 8785)."""
    return rfc8785.dumps(value)


def digest(value: Any) -> str:
    """Return the SHA-256 of a JSON value's canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()
