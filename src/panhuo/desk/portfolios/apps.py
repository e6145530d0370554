"""Django's view of this app."""

from django.apps import AppConfig


class PortfoliosConfig(AppConfig):
    name = "panhuo.desk.portfolios"
    label = "portfolios"
