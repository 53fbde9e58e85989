"""How a message leaves the hall: by mail, by an SMS gateway, or whatever else takes a text."""
