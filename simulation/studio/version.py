"""Which model found a result: a short sum over the code that decides what happens."""

import hashlib
from functools import cache
from pathlib import Path

_TOP = Path(__file__).parents[2]
_LENGTH = 12
#: Everything that a simulated day follows from.
_DECIDES = (
    "hall/dispatch/*.py",
    "hall/measures/*.py",
    "simulation/*.py",
)


@cache
def model_version() -> str:
    """Return the sum; it is another one whenever the model, the rule or the measures change."""
    sum_ = hashlib.sha256()
    for pattern in _DECIDES:
        for path in sorted(_TOP.glob(pattern)):
            sum_.update(path.read_bytes())
    return sum_.hexdigest()[:_LENGTH]
