"""A made-up city for trying everything out: files as an office would have them, and what should come of them."""

from panhuo.demo_city.bulk import synthetic_rows, write_bulk_csv
from panhuo.demo_city.city import make_city
from panhuo.demo_city.truth import CityTruth, PlantedNeed, RowTrap, Trap

__all__ = ["CityTruth", "PlantedNeed", "RowTrap", "Trap", "make_city", "synthetic_rows", "write_bulk_csv"]
