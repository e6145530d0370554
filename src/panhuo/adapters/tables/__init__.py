"""Stores that run the engine's table expressions: DuckDB embedded, Spark as an extra."""

from __future__ import annotations

from panhuo.adapters.tables.protocol import Tables

__all__ = ["Tables"]
