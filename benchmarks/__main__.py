"""Run the benchmarks by name, or all of them, and print what they found.

python -m benchmarks [flatness] [requests] [wall] [sockets] [load] [power_cut] [simulation_speed]
                     [crew] [estimate] [break_even] [calibration] [sizing] [bookings_beside]
                     [slot_query] [booking_pace] [booking_race]
"""

import importlib
import os
import platform
import sys
import time

ALL = (
    *("flatness", "requests", "wall", "sockets", "simulation_speed", "crew", "estimate"),
    *("break_even", "calibration", "sizing", "bookings_beside"),
    *("slot_query", "booking_pace"),
    *("load", "power_cut", "booking_race"),
)


def main() -> int:
    """Run what was asked for; 1 if any benchmark missed its bound."""
    wanted = sys.argv[1:] or list(ALL)
    unknown = [name for name in wanted if name not in ALL]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(ALL)}")
        return 2
    print(
        f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    )
    missed = 0
    for name in wanted:
        print(f"\n## {name}", flush=True)
        began = time.monotonic()
        missed += importlib.import_module(f"benchmarks.{name}").main()
        print(f"({time.monotonic() - began:.0f} s)", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
