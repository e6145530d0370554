"""Twin cities."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from desk.people.made_people import organisation
from panhuo.terms.roles import OrganisationKind as Kind


@pytest.fixture
def cities(db: None) -> SimpleNamespace:
    """Province 99 with the twin cities 9901 and 9902; each has an office, a district's, two universities, a college."""
    province = organisation("望岭省局", Kind.PROVINCE_OFFICE, 1, region="99")
    made = [
        SimpleNamespace(
            office=organisation(f"{name}市局", Kind.CITY_OFFICE, 10 * number, region=f"990{number}"),
            district=organisation(f"{name}一区局", Kind.DISTRICT_OFFICE, 10 * number + 1, region=f"990{number}01"),
            university=(
                first := organisation(f"{name}大学", Kind.UNIVERSITY, 10 * number + 2, region=f"990{number}01")
            ),
            sister=organisation(f"{name}工学院", Kind.UNIVERSITY, 10 * number + 3, region=f"990{number}02"),
            college=organisation(f"{name}大学化工学院", Kind.COLLEGE, parent=first),
        )
        for number, name in ((1, "云湖"), (2, "松原"))
    ]
    return SimpleNamespace(province=province, one=made[0], two=made[1])
