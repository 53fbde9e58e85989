"""What happens by the clock. The only package that schedules."""
