"""A made-up city."""
