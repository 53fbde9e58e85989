"""Whether the model says what was: days are replayed, calls are asked of the rule again."""
