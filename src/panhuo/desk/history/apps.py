"""Django's view of this app."""

from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "panhuo.desk.history"
    label = "history"
