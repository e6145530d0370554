"""Django's view of this app."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "panhuo.desk.registry"
    label = "registry"
