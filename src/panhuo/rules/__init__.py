"""Reads packs: rules as data with dates, units and sources."""
