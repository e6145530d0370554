"""Django's view of this app."""

from django.apps import AppConfig


class ValuationsConfig(AppConfig):
    name = "panhuo.desk.valuations"
    label = "valuations"
