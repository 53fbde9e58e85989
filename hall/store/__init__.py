"""How the hall remembers. The only package that speaks SQL."""
