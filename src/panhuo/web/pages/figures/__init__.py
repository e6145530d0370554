"""Figures: high-value inventions by region."""
