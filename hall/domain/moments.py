"""Moments as they stand in files, in the journal and in the rule's arithmetic."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """Return a moment as whole milliseconds since 1970 (UTC)."""
    return (moment - _EPOCH) // _MILLISECOND


def from_ms(milliseconds: int) -> datetime:
    """Return the moment that ``milliseconds`` since 1970 stand for, in UTC."""
    return _EPOCH + milliseconds * _MILLISECOND


def length_ms(length: timedelta) -> int:
    """Return a length of time in whole milliseconds."""
    return length // _MILLISECOND


def written(moment: datetime) -> str:
    """Return a moment as RFC 3339 in UTC with milliseconds."""
    return f"{moment.astimezone(UTC).isoformat(timespec='milliseconds')[:-6]}Z"


def read(text: str) -> datetime:
    """Return the moment that ``text`` (RFC 3339) names."""
    return datetime.fromisoformat(text)
