"""The home of the imports' tests."""

from desk.imports.conftest import home  # noqa: F401 - a fixture
