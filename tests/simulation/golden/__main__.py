"""Write the golden day anew: ``python -m tests.simulation.golden``; look at what changed."""

from tests.simulation.golden.day import DAY, written

DAY.write_text(written(), encoding="utf-8")
