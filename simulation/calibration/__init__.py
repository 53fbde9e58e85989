"""What a hall's own record says of its demand, its work and its people, as a scenario."""
