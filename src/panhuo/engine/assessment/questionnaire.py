"""Questionnaires of a pack: answers by code -> points of each part, and verdicts that single answers call for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from panhuo.rules import InForce
from panhuo.terms.errors import DomainError


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer. points: 0..100; verdict: what the answer alone decides, "" for nothing."""

    code: str
    points: Decimal
    verdict: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question. weight: its share of the part's points; 0 where only its verdicts count."""

    code: str
    part: str
    weight: Decimal
    zh: str
    en: str
    choices: tuple[Choice, ...]

    def choice(self, text: str) -> Choice | None:
        """The answer by its code or its Chinese or English words; None for anything else."""
        return next((one for one in self.choices if text in (one.code, one.zh, one.en)), None)


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """Questions in the order in which they are asked."""

    name: str
    questions: tuple[Question, ...]

    def question(self, code: str) -> Question | None:
        return next((one for one in self.questions if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Called:
    """An answer and what it calls for by itself."""

    question: str
    answer: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Part:
    """What the answers give for one part.

    points: 0..100, exact; None while answers are missing. lost: points of the part that each weighed answer lost,
    most first. called: answers with a verdict, in the order of the questions.
    """

    points: Decimal | None
    missing: tuple[str, ...]
    lost: tuple[tuple[str, Decimal], ...]
    called: tuple[Called, ...]


def questionnaire(rules: InForce, name: str) -> Questionnaire:
    """Read a questionnaire (pack tables assessment_questions, assessment_answers).

    Raises: DomainError no_questionnaire; bad_weights where the weights of a part do not sum to one, bad_points
    outside 0..100, no_answers where a question has none.
    """
    choices: dict[str, list[Choice]] = {}
    for row in rules.table("assessment_answers"):
        if row["questionnaire"] == name:
            choice = Choice(row["answer"], Decimal(row["points"]), row["verdict"], row["zh"], row["en"])
            choices.setdefault(row["question"], []).append(choice)
    questions = tuple(
        Question(
            row["question"],
            row["part"],
            Decimal(row["weight"]),
            row["zh"],
            row["en"],
            tuple(choices.get(row["question"], ())),
        )
        for row in rules.table("assessment_questions")
        if row["questionnaire"] == name
    )
    found = Questionnaire(name, questions)
    _check(found, rules.pack)
    return found


def _check(form: Questionnaire, pack: str) -> None:
    where = f"Questionnaire {form.name} in pack {pack}"
    if not form.questions:
        raise DomainError(
            f"{where} has no questions. Add them to assessment_questions.", code="no_questionnaire", name=form.name
        )
    sums: dict[str, Decimal] = {}
    for question in form.questions:
        sums[question.part] = sums.get(question.part, Decimal(0)) + question.weight
        if not question.choices:
            raise DomainError(
                f"{where}: {question.code} has no answers. Add them to assessment_answers.",
                code="no_answers",
                question=question.code,
            )
        for choice in question.choices:
            if not 0 <= choice.points <= 100:
                raise DomainError(
                    f"{where}: {question.code}, {choice.code} has {choice.points} points; they lie between 0 and 100.",
                    code="bad_points",
                    question=question.code,
                )
    for part, total in sums.items():
        if total != 1:
            raise DomainError(
                f"{where}: the weights of part {part} sum to {total}, not to 1. Mend assessment_questions.",
                code="bad_weights",
                part=part,
            )


def check_answers(form: Questionnaire, answers: Mapping[str, str]) -> dict[str, str]:
    """Answers by question, each by its code; empty ones left out.

    Raises: DomainError unknown_question, unknown_answer.
    """
    found = {}
    for code, text in answers.items():
        question = form.question(code)
        if question is None:
            known = ", ".join(one.code for one in form.questions)
            raise DomainError(
                f"{code!r} is no question of {form.name}. It asks: {known}.", code="unknown_question", question=code
            )
        if not text:
            continue
        choice = question.choice(text)
        if choice is None:
            known = ", ".join(one.zh for one in question.choices)
            raise DomainError(
                f"{text!r} is no answer to {question.zh} ({code}). It takes: {known}.",
                code="unknown_answer",
                question=code,
            )
        found[code] = choice.code
    return found


def judge(form: Questionnaire, answers: Mapping[str, str], part: str) -> Part:
    """Points of one part: sum of weight times points, exact. answers: by code, as check_answers gives them."""
    total, missing, lost, called = Decimal(0), [], [], []
    for question in form.questions:
        if question.part != part:
            continue
        choice = question.choice(answers.get(question.code, ""))
        if choice is None:
            missing.append(question.code)
            continue
        total += question.weight * choice.points
        short = question.weight * (100 - choice.points)
        if short:
            lost.append((question.code, short))
        if choice.verdict:
            called.append(Called(question.code, choice.code, choice.verdict))
    ordered = tuple(sorted(lost, key=lambda one: -one[1]))
    return Part(None if missing else total, tuple(missing), ordered, tuple(called))
