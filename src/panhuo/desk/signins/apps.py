"""Django's view of this app."""

from django.apps import AppConfig


class SigninsConfig(AppConfig):
    name = "panhuo.desk.signins"
    label = "signins"
