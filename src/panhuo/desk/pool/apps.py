"""Django's view of this app; its rows follow an asset that turns out to be another."""

from django.apps import AppConfig


class PoolConfig(AppConfig):
    name = "panhuo.desk.pool"
    label = "pool"

    def ready(self) -> None:
        from panhuo.desk.pool.models import ExploitationEntry, FundedProjectDeclaration, FundingWord, PoolEntry
        from panhuo.desk.registry.absorbing import follows_asset

        for model in (PoolEntry, FundingWord, FundedProjectDeclaration, ExploitationEntry):
            follows_asset(model)
