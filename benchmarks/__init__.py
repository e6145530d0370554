"""Sized runs with their own data maker, each beside a reference in the same run."""
