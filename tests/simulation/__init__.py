"""The model against theory, a peer and the live hall."""
