"""What bookings cost whom: waits of walk-ins and of booked citizens, idle counters, as a curve."""
