"""Django's view of this app."""

from django.apps import AppConfig


class PoolConfig(AppConfig):
    name = "panhuo.desk.pool"
    label = "pool"
