"""The simulation's commands, a module each; every one declares its own parser."""
