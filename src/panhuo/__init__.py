"""Panhuo 盘活: patents put to work."""

__version__ = "0.1.0"
