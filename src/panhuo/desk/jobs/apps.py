"""Django's view of this app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "panhuo.desk.jobs"
    label = "jobs"
