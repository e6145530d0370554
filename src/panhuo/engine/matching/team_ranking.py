"""From the patents that fit a need to the teams that file them: a firm meets a team, not a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from panhuo.engine.matching.ranking import Match
from panhuo.engine.matching.teams import Team
from panhuo.rules import InForce


@dataclass(frozen=True, slots=True)
class TeamScoreRules:
    """counted: patents of a team that its score counts. damping: what each further one keeps, 0..1."""

    counted: int
    damping: float


def team_score_rules(rules: InForce) -> TeamScoreRules:
    """Read matching.team.counted and matching.team.damping."""
    return TeamScoreRules(rules.integer("matching.team.counted"), float(rules.decimal("matching.team.damping")))


@dataclass(frozen=True, slots=True)
class TeamMatch:
    """One team on the list of one need. score: 0..1, see team_score; matches: its patents that fit, best first."""

    need_id: str
    rank: int
    team: Team
    score: float
    matches: tuple[Match, ...]


def team_score(totals: Sequence[float], rules: TeamScoreRules) -> float:
    """The best patent's score, brought nearer to 1 by the others, each damped once more than the one before.

    1 - (1 - s1) (1 - d s2) (1 - d² s3) ...: one patent alone gives its own score, and no number of weak patents
    makes up for one that fits.

    >>> team_score([0.6, 0.5, 0.4], TeamScoreRules(5, 0.3))
    0.67224
    """
    lacking = 1.0
    for place, total in enumerate(sorted(totals, reverse=True)[: rules.counted]):
        lacking *= 1.0 - rules.damping**place * total
    return round(1.0 - lacking, 6)


def best_teams(
    need_id: str, matches: Sequence[Match], teams: Mapping[str, Team], rules: TeamScoreRules, *, top: int
) -> list[TeamMatch]:
    """The best `top` teams by patents of a list that no limit on teams has cut; equal scores in the order of the best
    patent's number. Patents without a team (no inventor is named) are left out."""
    by_team: dict[str, list[Match]] = {}
    for match in matches:
        if match.team:
            by_team.setdefault(match.team, []).append(match)
    scored = [
        (team_score([one.score.total for one in own], rules), key, tuple(own[: rules.counted]))
        for key, own in by_team.items()
    ]
    scored.sort(key=lambda one: (-one[0], one[2][0].asset_id))
    return [
        TeamMatch(need_id, rank, teams[key], score, own) for rank, (score, key, own) in enumerate(scored[:top], start=1)
    ]
