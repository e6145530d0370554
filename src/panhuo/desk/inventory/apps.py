"""Django's view of this app."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "panhuo.desk.inventory"
    label = "inventory"
