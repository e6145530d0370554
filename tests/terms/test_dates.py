"""Days and the counting of years and months, checked against a second method over 1985 to 2060."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.terms.dates import add_months, add_years, parse_date
from panhuo.terms.errors import BadValue

FIRST, LAST = date(1985, 1, 1), date(2060, 12, 31)
ALL_DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
DAYS = st.dates(date(1800, 1, 1), date(2199, 12, 31))


def months_later_by_numpy(months: int) -> list[date]:
    """The second method: month arithmetic of NumPy, then the day or the month's length, whichever is smaller."""
    days = np.array(ALL_DAYS, dtype="datetime64[D]")
    month = days.astype("datetime64[M]")
    place = (days - month.astype("datetime64[D]")).astype(int)
    target = month + months
    length = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(int)
    found = target.astype("datetime64[D]") + np.minimum(place, length - 1)
    return list(found.astype(object))


@pytest.mark.parametrize("months", [1, 2, 3, 6, 12, 24, -1, -6, -13])
def test_months_agree_with_a_second_method_on_every_day(months: int) -> None:
    assert len(ALL_DAYS) == 27_759
    assert [add_months(day, months) for day in ALL_DAYS] == months_later_by_numpy(months)


@pytest.mark.parametrize("years", [1, 3, 5, 10, 15, 20, -10])
def test_years_agree_with_a_second_method_on_every_day(years: int) -> None:
    assert [add_years(day, years) for day in ALL_DAYS] == months_later_by_numpy(12 * years)


def test_counting_years_as_365_days_would_be_seen() -> None:
    """Negative control: the comparison above finds a method that is wrong."""
    wrong = [day + timedelta(days=3650) for day in ALL_DAYS]
    assert sum(one != other for one, other in zip(wrong, months_later_by_numpy(120), strict=True)) == len(ALL_DAYS)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2021, 8, 31), 6, date(2022, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2024, 1, 15), 0, date(2024, 1, 15)),
        (date(2024, 1, 15), -13, date(2022, 12, 15)),
    ],
)
def test_a_month_without_the_day_ends_on_its_last(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2021-05-28",
        "2021.5.28",
        "2021.05.28",
        "2021/5/28",
        "2021-5-28",
        "20210528",
        "2021年5月28日",
        "2021 年 05 月 28 日",
        "２０２１－０５－２８",
        " 2021-05-28 ",
        "2021-05-28 00:00:00",
        "2021-05-28T13:45:00.000",
        "2021-05-28T23:59:59+08:00",
        "2021-05-28T00:00:00Z",
        "2021/5/28 9:30",
        "2021年5月28日10:20",
        "20210528 10:20:30",
        "\ufeff2021-05-28",
    ],
)
def test_all_shapes_of_one_day_are_one(text: str) -> None:
    assert parse_date(text) == date(2021, 5, 28)


@given(DAYS)
def test_every_day_reads_back_in_every_shape(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    for text in (
        day.isoformat(),
        f"{y}.{m}.{d}",
        f"{y}/{m}/{d}",
        f"{y:04d}{m:02d}{d:02d}",
        f"{y}年{m}月{d}日",
        f"{day.isoformat()} 00:00:00",
    ):
        assert parse_date(text) == day


@pytest.mark.parametrize("text", ["2021-02-29", "2021-13-01", "2021-00-10", "20210230", "2021年2月30日", "1900-02-29"])
def test_days_that_no_calendar_has_are_refused_as_such(text: str) -> None:
    with pytest.raises(BadValue, match="no calendar has that day"):
        parse_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "--",
        "0000-00-00",
        "00000000",
        "2021",
        "2021-05",
        "2021年5月",
        "28/05/2021",
        "05/28/2021",
        "21-05-28",
        "2021-05/28",
        "44344",
        "2021-W21-5",
        "2021W215",
        "2021-148",
        "2021-05-28x",
        "2021-05-28 25",
        "2021-05-281",
        "二〇二一年五月二十八日",
        "2021-05-2²",
        "2021-0①-28",
        "0001-01-01",
        "9999-12-31",
        "=2021-05-28",
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse_date(text)
    assert caught.value.code == "bad_date"
    assert caught.value.fields["found"] == text


@pytest.mark.parametrize("text", ["2021-05-27T16:00:00.000Z", "1988-07-01T15:00:00Z", "2021-05-27T16:00:00+00:00"])
def test_an_instant_of_another_zone_is_no_day(text: str) -> None:
    """Both are midnights of China as programs write them; their dates here would be a day early."""
    with pytest.raises(BadValue, match="another time zone"):
        parse_date(text)


@given(st.text(max_size=12))
def test_any_text_is_a_day_or_refused_and_nothing_else(text: str) -> None:
    found = read(text)
    if isinstance(found, BadValue):
        assert found.code == "bad_date"
    else:
        assert parse_date(found.isoformat()) == found


def read(text: str) -> date | BadValue:
    try:
        return parse_date(text)
    except BadValue as refused:
        return refused


def test_summer_time_of_1986_to_1991_shifts_no_day() -> None:
    """China had summer time then: midnights kept as instants of UTC+8 move to the day before."""
    days = [day for day in ALL_DAYS if 1986 <= day.year <= 1991]
    assert all(parse_date(f"{day.isoformat()} 00:00:00") == day for day in days)
    shanghai, fixed = ZoneInfo("Asia/Shanghai"), timezone(timedelta(hours=8))
    as_instants = [
        datetime(day.year, day.month, day.day, tzinfo=shanghai).astimezone(UTC).astimezone(fixed).date() for day in days
    ]
    shifted = sum(one != other for one, other in zip(days, as_instants, strict=True))
    assert shifted > 800  # the control: the way that we do not go loses days
