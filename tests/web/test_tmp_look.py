import test_in_a_browser as t

t.VISITS = tuple(v for v in t.VISITS if v.name.startswith(("edition", "deadl")))
from test_in_a_browser import (
    site,
    people,
    pytestmark,
    test_every_page_in_every_state_is_accessible_at_home_and_keeps_its_policy as test_look,
)  # noqa
