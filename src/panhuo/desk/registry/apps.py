"""Django's view of this app."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "panhuo.desk.registry"
    label = "registry"

    def ready(self) -> None:
        """A register on a server is locked there, too: other machines do not see the folder's locks."""
        from panhuo.adapters.files.home import lock_server_too
        from panhuo.desk.registry.server_locks import SERVER_LOCKS

        lock_server_too(SERVER_LOCKS)
