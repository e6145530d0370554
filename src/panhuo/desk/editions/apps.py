"""Django's view of this app; names its work to the worker, and what it does after an inventory."""

from django.apps import AppConfig


class EditionsConfig(AppConfig):
    name = "panhuo.desk.editions"
    label = "editions"

    def ready(self) -> None:
        from panhuo.desk.editions.models import SharedPatent
        from panhuo.desk.editions.notice_actions import note_ended_rights
        from panhuo.desk.editions.work import JUDGE, PUBLISH, judge_draft, publish_draft
        from panhuo.desk.inventory.afterwards import register_after_inventory
        from panhuo.desk.jobs.kinds import register_work
        from panhuo.desk.registry.absorbing import follows_asset

        follows_asset(SharedPatent)
        register_work(JUDGE, judge_draft)
        register_work(PUBLISH, publish_draft)
        register_after_inventory(note_ended_rights)
