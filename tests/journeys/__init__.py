"""Whole stories through HTTP, Socket.IO and a real browser."""
