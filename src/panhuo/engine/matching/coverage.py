"""What of a need a patent's texts cover, requirement by requirement, with the words that show it on both sides.

A requirement is measured by the worth of its words that the texts say in the same word, a near word or its parts, and
by its figures. Each mention counts, the first most: whoever takes a sentence out of the texts that is shown as
evidence lowers the share, and whoever adds a text that says none of it changes nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from panhuo.engine.matching.claim_features import ClaimWords, Feature, Field, claim_features, claim_words
from panhuo.engine.matching.figure_units import Units
from panhuo.engine.matching.findings import Coverage, Evidence, FigurePair, Finding, Mark, State, lacks_of, questions_of
from panhuo.engine.matching.placed_figures import (
    PlacedFigure,
    agreeing,
    in_conflict,
    placed_figures,
)
from panhuo.engine.matching.polarity import Polarity, PolarityWords, polarities, polarity_words
from panhuo.engine.matching.requirements import NOT_OF_TEXTS, NUMBER, Requirement, Requirements
from panhuo.engine.matching.words import Lexicon, normalise
from panhuo.engine.matching.written import Placed, placed_words, written
from panhuo.engine.ports import Floats
from panhuo.rules import InForce

Near = Callable[[Sequence[str], Sequence[str]], Floats]
"""Words of a need and words of a text -> their cosines, (need, text)."""
ONE_MENTION = 0.05
"""A word said n times counts n / (n + ONE_MENTION): the first mention nearly whole, each further one a little."""
MARGIN = 0.1
"""Near words within so much of the nearest are evidence, too. At least ONE_MENTION, or a farther word that is said
often would be worth more than the nearest that is said once."""
NEAR_SHARE = 0.5
"""Words that keep less than this share of their weight are general: they have no near words."""
LEAST_SHARE = 0.15
"""Words that keep less are words of function, and measure nothing."""
NEAR_WORDS = 60
"""Words of a need that near words are looked for, those worth most."""
FEATURES = 2
"""Pieces of the patent shown for one requirement at most."""
ADDS = 0.2
"""A second piece is shown when it adds this part of what the best one shows."""
TWO = 2
"""A requirement of which the texts say nothing but one near word is missing: likeness of one word is no evidence."""
MISSING_WORDS = 4


@dataclass(frozen=True, slots=True)
class CoverageRules:
    """Numbers and words of a pack; shares 0..1."""

    covered_from: float
    partly_from: float
    figure_share: float
    near_from: float
    units: Units
    claims: ClaimWords
    polarity: PolarityWords


def coverage_rules(rules: InForce, units: Units) -> CoverageRules:
    """Read matching.coverage.*, matching.near_from and the tables claim_words and negation_words."""
    return CoverageRules(
        float(rules.decimal("matching.coverage.covered_from")),
        float(rules.decimal("matching.coverage.partly_from")),
        float(rules.decimal("matching.coverage.figure_share")),
        float(rules.decimal("matching.near_from")),
        units,
        claim_words(rules),
        polarity_words(rules),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A need made ready to be held against many patents.

    worth: word -> value times the weight of its part; near_words: those for which near words are looked for;
    figure_worth: the same of one figure of a requirement, in the order of the requirements; wishes: of words that no
    requirement simply asks for.
    """

    need: Requirements
    worth: Mapping[str, float]
    near_words: tuple[str, ...]
    figure_worth: tuple[float, ...]
    wishes: Mapping[str, Polarity]


def ask(need: Requirements, lexicon: Lexicon, *, value: Callable[[str], float], rules: CoverageRules) -> Asked:
    """Weigh the words and figures of a need. value: rarity times the share a word keeps, 0 and more."""
    worth: dict[str, float] = {}
    wishes: dict[str, Polarity] = {}
    figure_worth = []
    for one in need.kept:
        own = {word.word: value(word.word) * one.weight for word in _units(one, lexicon)}
        for word, told in own.items():
            worth[word] = max(told, worth.get(word, 0.0))
            wishes[word] = max(one.wish(word), wishes.get(word, Polarity.DENIES))
        count = sum(not figure.is_start for figure in one.figures)
        whole = sum(own.values()) or one.weight
        figure_worth.append(whole * rules.figure_share / (1.0 - rules.figure_share) / count if count else 0.0)
    near = sorted((word for word in worth if lexicon.share(word) >= NEAR_SHARE), key=lambda word: (-worth[word], word))
    return Asked(need, worth, tuple(near[:NEAR_WORDS]), tuple(figure_worth), wishes)


def cover(asked: Asked, texts: Mapping[Field, str], lexicon: Lexicon, rules: CoverageRules, *, near: Near) -> Coverage:
    """Hold the texts of one patent against a need. texts: as written; missing ones are empty."""
    said = _Said(texts, lexicon, rules)
    credits = _credits(asked, said, lexicon, rules, near)
    findings = tuple(
        _finding(one, _units(one, lexicon), asked, credits, said, rules)
        if one.kind not in NOT_OF_TEXTS
        else Finding(State.NOT_OF_THE_TEXT, 0.0, (), (), (), (), (), (), ())
        for one in asked.need.kept
    )
    lacks = tuple(lacks_of(asked.need, findings))
    return Coverage(
        findings,
        lacks,
        tuple(questions_of(asked.need, lacks)),
        _share(asked, credits, said),
        sum(pair.code == "conflict" for finding in findings for pair in finding.figures),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the patent has a word. feature: its place in the list of features, -1 for none; polarity: it is said there,
    denied, or neither."""

    field: Field
    start: int
    end: int
    feature: int
    polarity: Polarity = Polarity.SAYS

    def meets(self, wish: Polarity) -> bool:
        """Whether it does not say the contrary."""
        return self.polarity * wish >= 0


class _Said:
    """The texts of a patent: features, words with their places, figures."""

    def __init__(self, texts: Mapping[Field, str], lexicon: Lexicon, rules: CoverageRules) -> None:
        self.features: tuple[Feature, ...] = claim_features(texts, rules.claims)
        self.places: dict[str, list[_Place]] = {}
        self.plain: list[str] = []
        self.figures: list[tuple[PlacedFigure, Field, int]] = []
        self.numbers = {normalise(match[0]) for text in texts.values() for match in NUMBER.finditer(text)}
        plain: dict[str, None] = {}
        for field in Field:
            text = texts.get(field, "")
            if not text:
                continue
            ready = written(text)
            held = polarities(text, rules.polarity, of_patent=True)
            features = [(place, one) for place, one in enumerate(self.features) if one.field is field]
            for word, feature in _within(placed_words(ready, lexicon), features):
                self.places.setdefault(word.word, []).append(
                    _Place(field, word.start, word.end, feature, held.of(word.start, word.end))
                )
                if not word.inside:
                    plain[word.word] = None
            for figure in placed_figures(ready, rules.units, lexicon):
                feature = next((place for place, one in features if one.start <= figure.start < one.end), -1)
                self.figures.append((figure, field, feature))
        self._polarities = {place.polarity for places in self.places.values() for place in places}
        self.plain = [word for word in plain if lexicon.share(word) >= NEAR_SHARE]

    def is_contrary(self, wish: Polarity) -> bool:
        """Whether anything in the texts says the contrary of a word that is so wished."""
        return -wish in self._polarities

    def count(self, word: str, wish: Polarity) -> int:
        """Mentions that do not say the contrary of what is wished."""
        return sum(place.meets(wish) for place in self.places.get(word, ()))


@dataclass(frozen=True, slots=True)
class _Credit:
    """What a word of the need gets from the texts. words: the patent's words it rests on, with their likeness."""

    part: float
    kind: str  # same | near | part | ""
    words: tuple[tuple[str, float], ...]


_Credits = Mapping[Polarity, Mapping[str, _Credit]]


def _credits(asked: Asked, said: _Said, lexicon: Lexicon, rules: CoverageRules, near: Near) -> _Credits:
    """What the words get where they are asked for, forbidden or neither."""
    nearest = _near_words(asked, said, rules, near)
    found = {
        Polarity.UNCLEAR: {
            word: _credit(word, nearest.get(word, []), said, lexicon, Polarity.UNCLEAR) for word in asked.worth
        }
    }
    for wish in (Polarity.SAYS, Polarity.DENIES):
        found[wish] = {
            word: _credit(word, nearest.get(word, []), said, lexicon, wish) if said.is_contrary(wish) else credit
            for word, credit in found[Polarity.UNCLEAR].items()
        }
    return found


def _near_words(asked: Asked, said: _Said, rules: CoverageRules, near: Near) -> dict[str, list[tuple[str, float]]]:
    if not asked.near_words or not said.plain:
        return {}
    cosines = near(asked.near_words, said.plain)
    found: dict[str, list[tuple[str, float]]] = {}
    for row, column in zip(*(cosines >= rules.near_from).nonzero(), strict=True):
        pair = (said.plain[column], min(1.0, float(cosines[row, column])))
        found.setdefault(asked.near_words[row], []).append(pair)
    return found


def _credit(word: str, near: Sequence[tuple[str, float]], said: _Said, lexicon: Lexicon, wish: Polarity) -> _Credit:
    alike = [(other, cosine) for other, cosine in near if other != word and said.count(other, wish)]
    if said.count(word, wish):
        alike.append((word, 1.0))
    whole = _Credit(0.0, "", ())
    if alike:
        best = max(cosine for _, cosine in alike)
        counted = tuple(
            sorted((pair for pair in alike if pair[1] >= best - MARGIN), key=lambda pair: (-pair[1], pair[0]))
        )
        mentions = sum(cosine * said.count(other, wish) for other, cosine in counted)
        kind = "same" if said.count(word, wish) else "near"
        whole = _Credit(best * _counted(mentions), kind, counted)
    parts = _by_parts(word, said, lexicon, wish) if len(word) > 2 else ()
    by_parts = sum(size * _counted(said.count(part, wish)) for part, size in parts)
    return whole if whole.part >= by_parts else _Credit(by_parts, "part", parts)


def _by_parts(word: str, said: _Said, lexicon: Lexicon, wish: Polarity) -> tuple[tuple[str, float], ...]:
    """Parts of a long word that the texts say, longest first and none over another, each with its part of the letters.

    General parts (系统 in 控制系统) show nothing.
    """
    free = [True] * len(word)
    found = []
    for part in sorted(lexicon.parts(word), key=lambda part: (-len(part), part)):
        start = word.find(part)
        if lexicon.share(part) >= NEAR_SHARE and said.count(part, wish) and all(free[start : start + len(part)]):
            free[start : start + len(part)] = [False] * len(part)
            found.append((part, len(part) / len(word)))
    return tuple(found)


def _counted(mentions: float) -> float:
    return mentions / (mentions + ONE_MENTION)


def _finding(
    one: Requirement,
    units: Sequence[Placed],
    asked: Asked,
    by_wish: _Credits,
    said: _Said,
    rules: CoverageRules,
) -> Finding:
    words = dict.fromkeys(word.word for word in units)
    credits = {word: by_wish[one.wish(word)][word] for word in words}
    denied = _denied(words, one, asked, credits, by_wish)
    whole = sum(asked.worth[word] for word in words)
    share = sum(asked.worth[word] * credits[word].part for word in words) / whole if whole else 0.0
    pairs, open_figures = _figures(one, asked, said, is_told=share >= rules.partly_from)
    hit = [word for word in words if credits[word].part > 0 and asked.worth[word] > 0]
    is_thin = len(hit) < TWO and all(credits[word].kind == "near" for word in hit)
    state = _state(0.0 if is_thin else share, [pair.code for _, _, pair in pairs], open_figures, rules)
    if denied and state is not State.CONFLICT:
        state = State.PARTLY
    hit.sort(key=lambda word: (-asked.worth[word] * credits[word].part, word))
    marks = [Mark(word.start, word.end, credits[word.word].kind) for word in units if word.word in hit]
    marks += [Mark(word.start, word.end, "conflict") for word in units if word.word in denied]
    marks += [Mark(ours.start, ours.end, pair.code) for ours, _, pair in pairs]
    near = [(word, *credits[word].words[0]) for word in hit if credits[word].kind == "near"]
    unsaid = sorted((word for word in words if asked.worth[word] > 0), key=lambda word: (-asked.worth[word], word))
    return Finding(
        state,
        round(share, 6),
        _without_overlap(marks),
        _evidence(hit, one, asked, credits, said, pairs, denied),
        tuple(_longest(word for word in hit if credits[word].kind == "same")),
        tuple((ours, theirs, round(cosine, 4)) for ours, theirs, cosine in near),
        tuple(pair for _, _, pair in pairs),
        open_figures,
        tuple(
            _longest(
                islice((word for word in unsaid if credits[word].part < 0.5 and word not in denied), MISSING_WORDS)
            )
        ),
        tuple(_longest(denied)),
    )


def _denied(
    words: Iterable[str],
    one: Requirement,
    asked: Asked,
    credits: Mapping[str, _Credit],
    by_wish: _Credits,
) -> dict[str, tuple[str, ...]]:
    """Words that the texts have with the contrary meaning only, by what is wished, and by which words of theirs."""
    found = {}
    for word in words:
        in_any_way = by_wish[Polarity.UNCLEAR][word]
        if asked.worth[word] > 0 and not credits[word].part and in_any_way.kind in ("same", "part"):
            found[word] = tuple(other for other, _ in in_any_way.words)
    return found


def _units(one: Requirement, lexicon: Lexicon) -> list[Placed]:
    """Words that the requirement is measured by: plain ones and pairs of single characters, none of function.

    Parts of words are found through the words; a single character that stands in a pair is measured by the pair. What
    stands inside a figure is measured by the figure.
    """
    own = [
        word
        for word in one.words
        if lexicon.share(word.word) >= LEAST_SHARE
        and not any(figure.start < word.end and word.start < figure.end for figure in one.figures)
    ]
    plain = [word for word in own if not word.inside]
    first = [word.start for word in plain]
    pairs = []
    for word in own:
        before = bisect_right(first, word.start) - 1
        if word.inside and not (before >= 0 and word.end <= plain[before].end):
            pairs.append(word)
    starts, ends = {pair.start for pair in pairs}, {pair.end for pair in pairs}
    single = (word for word in plain if len(word.word) == 1)
    paired = {word.start for word in single if word.start in starts or word.end in ends}
    return [word for word in plain if word.start not in paired] + pairs


_Pair = tuple[PlacedFigure, tuple[PlacedFigure, Field, int], FigurePair]


def _figures(one: Requirement, asked: Asked, said: _Said, *, is_told: bool) -> tuple[list[_Pair], tuple[str, ...]]:
    """For each figure of the requirement the patent's figure that tells most of it, and those that nothing meets."""
    all_ours = [figure for other in asked.need.kept for figure in other.figures]
    all_theirs = [figure for figure, _, _ in said.figures]
    # of a requirement that the texts hardly speak of, a lone figure of the same unit says nothing
    everything = (all_ours, all_theirs) if is_told else ()
    pairs: list[_Pair] = []
    unmet = []
    for ours in one.figures:
        if ours.is_start:
            continue
        found: dict[str, tuple[PlacedFigure, Field, int]] = {}
        for theirs in said.figures:
            if theirs[0].figure.dimension != ours.figure.dimension:
                continue
            if agreeing(ours, theirs[0]):
                found.setdefault("agrees", theirs)
            elif in_conflict(ours, theirs[0], *everything):
                found.setdefault("conflict", theirs)
            elif ours.words & theirs[0].words:
                found.setdefault("other", theirs)
        code = next((code for code in ("agrees", "conflict", "other") if code in found), "")
        if code:
            told, field, feature = found[code]
            pair = FigurePair(ours.figure.shown, told.figure.shown, code, field)
            pairs.append((ours, (told, field, feature), pair))
        if code != "agrees":
            unmet.append(ours.figure.shown)
    unmet += [number for number in one.numbers if number not in said.numbers]
    return pairs, tuple(dict.fromkeys(unmet))


def _state(share: float, codes: Sequence[str], open_figures: Sequence[str], rules: CoverageRules) -> State:
    """A figure that nothing meets keeps a requirement from being covered; one that is met helps a partly told one."""
    if "conflict" in codes:
        return State.CONFLICT
    if share < rules.partly_from:
        return State.MISSING
    if open_figures:
        return State.PARTLY
    if share >= rules.covered_from or "agrees" in codes:
        return State.COVERED
    return State.PARTLY


def _evidence(
    hit: Sequence[str],
    one: Requirement,
    asked: Asked,
    credits: Mapping[str, _Credit],
    said: _Said,
    pairs: Sequence[_Pair],
    denied: Mapping[str, Sequence[str]],
) -> tuple[Evidence, ...]:
    """The pieces of the patent that say most of the requirement, in the order of the texts, with their marks.

    What says the contrary is shown whatever else is, as a figure is.
    """
    gains: dict[int, dict[str, float]] = {}
    marks: dict[int, list[Mark]] = {}
    for word in hit:
        for other, likeness in credits[word].words:
            kind = "same" if other == word else credits[word].kind if credits[word].kind != "same" else "near"
            for place in said.places.get(other, ()):
                if place.feature >= 0 and place.meets(one.wish(word)):
                    told = gains.setdefault(place.feature, {})
                    told[word] = max(told.get(word, 0.0), asked.worth[word] * likeness)
                    marks.setdefault(place.feature, []).append(Mark(place.start, place.end, kind))
    shown = []
    contrary = [place for words in denied.values() for word in words for place in said.places.get(word, ())]
    for place in contrary:
        if place.feature >= 0:
            marks.setdefault(place.feature, []).append(Mark(place.start, place.end, "conflict"))
            gains.setdefault(place.feature, {})
    shown += sorted({place.feature for place in contrary if place.feature >= 0})[:1]
    for _, (theirs, _, feature), pair in pairs:
        if feature >= 0:
            marks.setdefault(feature, []).append(Mark(theirs.start, theirs.end, pair.code))
            gains.setdefault(feature, {})
            if pair.code in ("agrees", "conflict") and feature not in shown:
                shown.append(feature)  # a figure is shown whatever else is
    known: set[str] = {word for feature in shown for word in gains[feature]}
    first = 0.0
    while len(shown) < FEATURES:
        rest = [
            (sum(worth for word, worth in told.items() if word not in known), -feature)
            for feature, told in gains.items()
            if feature not in shown
        ]
        gain, behind = max(rest, default=(0.0, 0))
        if gain <= ADDS * first:
            break
        first = first or gain
        shown.append(-behind)
        known |= set(gains[-behind])
    found = []
    for feature in sorted(shown[: FEATURES + 1]):
        piece = said.features[feature]
        found.append(Evidence(piece.field, piece.kind, piece.start, piece.end, _without_overlap(marks[feature])))
    return tuple(found)


_ORDER = ("conflict", "agrees", "same", "near", "part", "other")


def _without_overlap(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Marks in the order of the text; where two overlap the more telling, then the longer one stands."""
    kept: list[Mark] = []
    starts: list[int] = []
    for mark in sorted(set(marks), key=lambda one: (_ORDER.index(one.kind), one.start - one.end, one.start)):
        place = bisect_right(starts, mark.start)
        clear_before = place == 0 or kept[place - 1].end <= mark.start
        if clear_before and (place == len(kept) or mark.end <= kept[place].start):
            kept.insert(place, mark)
            starts.insert(place, mark.start)
    return tuple(kept)


def _longest(words: Iterable[str]) -> list[str]:
    """Words without those that stand inside another."""
    told = list(words)
    return [word for word in told if not any(word != other and word in other for other in told)]


def _share(asked: Asked, credits: _Credits, said: _Said) -> float:
    """Worth of what is said over the worth of all; figures by those that meet them, one by one."""
    whole = sum(asked.worth.values())
    told = sum(worth * credits[asked.wishes.get(word, Polarity.SAYS)][word].part for word, worth in asked.worth.items())
    for one, worth in zip(asked.need.kept, asked.figure_worth, strict=True):
        for ours in one.figures:
            if not ours.is_start:
                whole += worth
                met = sum(agreeing(ours, theirs) for theirs, _, _ in said.figures)
                told += worth * _counted(met)
    return round(min(1.0, told / whole), 9) if whole > 0 else 0.0


def _within(words: Sequence[Placed], features: Sequence[tuple[int, Feature]]) -> Iterable[tuple[Placed, int]]:
    """Each word with the feature it stands in; both in the order of the text."""
    cursor = 0
    for word in words:
        while cursor < len(features) and features[cursor][1].end <= word.start:
            cursor += 1
        inside = cursor < len(features) and features[cursor][1].start <= word.start
        yield word, features[cursor][0] if inside else -1
