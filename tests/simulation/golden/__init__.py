"""A day that stays as it is until somebody means it to change."""
