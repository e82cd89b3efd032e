"""Banjie 办结: every call is answered, every matter is closed."""

__version__ = "0.1.0"
