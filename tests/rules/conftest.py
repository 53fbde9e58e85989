"""How long Hypothesis may take: as long as a busy machine needs; a slow example is no failure."""

from hypothesis import settings

settings.register_profile("rules", deadline=None)
settings.load_profile("rules")
