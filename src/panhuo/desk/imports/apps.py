"""Django's view of this app; names its work to the worker."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "panhuo.desk.imports"
    label = "imports"

    def ready(self) -> None:
        from panhuo.desk.imports.work import IMPORT, import_upload
        from panhuo.desk.jobs.kinds import register_work

        register_work(IMPORT, import_upload)
