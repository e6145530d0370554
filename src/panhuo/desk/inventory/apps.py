"""Django's view of this app; names its work to the worker."""

from django.apps import AppConfig, apps


class InventoryConfig(AppConfig):
    name = "panhuo.desk.inventory"
    label = "inventory"

    def ready(self) -> None:
        from panhuo.desk.inventory.models import Inventorship, Placement, StockPatent, WithheldPatent
        from panhuo.desk.registry.absorbing import follows_asset

        follows_asset(StockPatent, worked_out=True)
        follows_asset(Placement)
        follows_asset(Inventorship)
        follows_asset(WithheldPatent)
        if not apps.is_installed("panhuo.desk.jobs"):  # the command line does its work itself
            return
        from panhuo.desk.inventory.work import INVENTORY, inventory_work
        from panhuo.desk.jobs.kinds import register_work

        register_work(INVENTORY, inventory_work)
