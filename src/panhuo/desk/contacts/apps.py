"""Django's view of this app."""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "panhuo.desk.contacts"
    label = "contacts"
