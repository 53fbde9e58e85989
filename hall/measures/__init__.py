"""What was good or bad about a day, from its events, live or simulated. Pure."""
