"""What the words mean: matters, counters, layouts, tickets, visits, appointments, events. Pure."""
