"""Runs: what was computed, from what, by which rules."""

from panhuo.desk.history.actions import latest_run, record_run

__all__ = ["latest_run", "record_run"]
