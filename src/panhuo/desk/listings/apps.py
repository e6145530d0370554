"""Django's view of this app; names its work to the worker."""

from django.apps import AppConfig, apps


class ListingsConfig(AppConfig):
    name = "panhuo.desk.listings"
    label = "listings"

    def ready(self) -> None:
        from panhuo.desk.listings.models import LedgerEntry
        from panhuo.desk.registry.absorbing import follows_asset

        follows_asset(LedgerEntry)
        if not apps.is_installed("panhuo.desk.jobs"):  # the command line does its work itself
            return
        from panhuo.desk.jobs.kinds import register_work
        from panhuo.desk.listings.ledger_work import LEDGER, ledger_work
        from panhuo.desk.listings.work import BOOKLETS, DORMANT, booklets_work, dormant_work

        register_work(BOOKLETS, booklets_work)
        register_work(DORMANT, dormant_work)
        register_work(LEDGER, ledger_work)
