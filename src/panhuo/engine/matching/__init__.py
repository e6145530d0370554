"""Needs and offers: what a need says, what may be offered, which fits and why."""
