"""Django's view of this app."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "panhuo.desk.assessments"
    label = "assessments"
