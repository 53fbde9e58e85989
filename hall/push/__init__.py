"""What the outside hears at once. The only package that speaks websockets."""
