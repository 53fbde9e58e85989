"""Small tools that every benchmark uses: timing, a table, a bound that is met or missed."""

import time
from collections.abc import Callable, Sequence


def milliseconds(
    do: Callable[[], object], *, times: int, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Return the median time of ``do`` in milliseconds over ``times`` calls.

    Args:
        do: what is measured.
        times: how often it is done.
        clock: by which; ``time.process_time`` for what the processor spent on it.
    """
    taken = []
    for _ in range(times):
        began = clock()
        do()
        taken.append(clock() - began)
    return percentile(taken, 0.5) * 1000


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` of the values lie, linearly interpolated."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def bound(what: str, value: float, *, most: float | None = None, least: float | None = None) -> int:
    """Print whether a measured ratio keeps its bound; return 1 if it does not."""
    kept = (most is None or value <= most) and (least is None or value >= least)
    limit = f"at most {most:g}" if most is not None else f"at least {least:g}"
    print(f"{'ok    ' if kept else 'MISSED'} {what}: {value:.2f} ({limit})", flush=True)
    return 0 if kept else 1
