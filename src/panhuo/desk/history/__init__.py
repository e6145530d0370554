"""Runs: what was computed, from what, by which rules. Logged actions: who did what when."""

from panhuo.desk.history.actions import latest_run, log_action, logged_actions, record_run

__all__ = ["latest_run", "log_action", "logged_actions", "record_run"]
