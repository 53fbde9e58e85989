"""The planner's studio: from the hall's own days to a change that can be trusted."""

from simulation.studio.blueprint import make_studio

__all__ = ["make_studio"]
