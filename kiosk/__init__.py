"""What citizens touch: kiosk, phone, booking."""
