"""A valuation as it is asked for: what must be stated before any figure, the methods, and how they are weighed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from panhuo.engine.valuation.cost import CostBasis
from panhuo.engine.valuation.income import IncomeMethod, IncomeTerms
from panhuo.engine.valuation.levers import Driver
from panhuo.engine.valuation.market import Comparable, MarketTerms
from panhuo.terms.kinds import IpType


class Scene(StrEnum):
    """What a valuation is for: the six scenes of GB/T 42748-2023."""

    LICENCE_TRANSFER = "licence_transfer"  # 许可转让类
    FINANCE = "finance"  # 金融类
    REPORTING = "reporting"  # 财务报告类
    REMEDY = "remedy"  # 侵权救济类
    MANAGEMENT = "management"  # 管理类
    OTHER = "other"  # 其他类


class ValueType(StrEnum):
    """What kind of value is sought; 专利资产评估指导意见."""

    MARKET = "market"  # 市场价值
    INVESTMENT = "investment"  # 投资价值
    LIQUIDATION = "liquidation"  # 清算价值


class Right(StrEnum):
    """The right that is valued."""

    OWNERSHIP = "ownership"  # 所有权
    EXCLUSIVE = "exclusive"  # 独占许可
    SOLE = "sole"  # 排他许可
    ORDINARY = "ordinary"  # 普通许可
    OPEN = "open"  # 开放许可


class PriceBasis(StrEnum):
    """Whether forecast and rate hold inflation."""

    NOMINAL = "nominal"
    REAL = "real"


class MethodName(StrEnum):
    """The methods, in the order in which they are told."""

    ROYALTY_RELIEF = "royalty_relief"
    EXCESS_EARNINGS = "excess_earnings"
    TECHNOLOGY_SHARE = "technology_share"
    MARKET = "market"
    COST = "cost"


INCOME_METHODS = (MethodName.ROYALTY_RELIEF, MethodName.EXCESS_EARNINGS, MethodName.TECHNOLOGY_SHARE)


@dataclass(frozen=True, slots=True)
class ValuedPatent:
    """number: as the register writes it. legal_end: first day after the term, None where nobody can say."""

    number: str
    ip_type: IpType
    legal_end: date | None


@dataclass(frozen=True, slots=True)
class Statement:
    """What must be stated before any figure of money (domain practice after 专利资产评估指导意见).

    right_until: last day of a licence, None for ownership or a licence for the whole term. assumptions: one or more.
    """

    purpose: str
    scene: Scene
    value_type: ValueType
    base_date: date
    patents: tuple[ValuedPatent, ...]
    right: Right
    territory: str
    right_until: date | None
    assumptions: tuple[str, ...]
    price_basis: PriceBasis


@dataclass(frozen=True, slots=True)
class Weighing:
    """How the methods become one figure: weights that sum to one, and the reason in words.

    one_method_reason: why a single method is enough; empty where there are two or more.
    """

    weights: Mapping[MethodName, Decimal]
    reason: str
    one_method_reason: str


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """ranges: least and greatest factor of each driver, around 1. seed, draws: of the simulation.

    low_share, high_share: quantiles told as low and high, such as 0.10 and 0.90.
    """

    ranges: Mapping[Driver, tuple[Decimal, Decimal]]
    seed: int
    draws: int
    low_share: Decimal
    high_share: Decimal


@dataclass(frozen=True, slots=True)
class Debt:
    """A loan that the patents are to secure. until: last day of the debtor's performance. asked_cny: may be unknown."""

    until: date
    asked_cny: Decimal | None


@dataclass(frozen=True, slots=True)
class Case:
    """All that a valuation stands on. income: method, terms and scope of each income method named."""

    statement: Statement
    income: Mapping[MethodName, tuple[IncomeMethod, IncomeTerms]]
    market: tuple[tuple[Comparable, ...], MarketTerms, Decimal] | None
    cost: tuple[CostBasis, Decimal] | None
    weighing: Weighing
    uncertainty: Uncertainty
    targets_cny: tuple[Decimal, ...] = ()
    debt: Debt | None = None
