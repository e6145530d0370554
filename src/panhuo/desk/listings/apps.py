"""Django's view of this app."""

from django.apps import AppConfig


class ListingsConfig(AppConfig):
    name = "panhuo.desk.listings"
    label = "listings"
