"""Loops over columns of texts, compiled: candidates by rare words, parts of a score, the words that brought it.

Each function reads arrays and writes into those handed to it; none allocates by the size of the index, so that
threads may run it side by side, each with scratch of its own. Layouts are told in columns.py and asked.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

SCORED, NEAR, HEAD = 1, 2, 4
"""Flags of a slot: counts as a shared word, as a near word, stands in the need's title."""
WORDS_PART, NEAR_PART, SENSE_PART, TITLE_PART, HEAD_PART = range(5)
PARTS = 5
"""Columns of the parts, in the order of scoring.PARTS."""
MOST_SLOTS = 512
SHOWN_GAIN = 0.1
"""A shared word is shown as a reason when it brings at least this share of what the best one brings."""


@njit(nogil=True, cache=True)
def fill_parts(
    need: int,
    slots: Any,  # SlotColumns as a tuple: starts, worths, flags, bests (n, 3)
    heard: Any,  # starts, words, slots, likes, exact
    texts: Any,  # starts, words, titles, rests, lengths
    worths: Any,  # (words,)
    rows: Any,  # candidates of the need
    rules: Any,  # title_factor, saturation, length_share, mean_words
    marks: Any,  # (words,) int32 zeros, left as found
    out: Any,  # (len(rows), PARTS); the sense part is not touched
) -> None:
    """Parts of one need's score for its candidates."""
    slot_starts, slot_worths, slot_flags, bests = slots
    heard_starts, heard_words, heard_slots, likes, exact = heard
    starts, words, titles, rests, lengths = texts
    first, last = heard_starts[need], heard_starts[need + 1]
    base = slot_starts[need]
    count = slot_starts[need + 1] - base
    for entry in range(last - 1, first - 1, -1):  # entries of one word stand together: the mark names the first
        marks[heard_words[entry]] = entry - first + 1
    gains = np.zeros(count, np.float32)
    nearest = np.zeros(count, np.float32)
    for place in range(len(rows)):
        row = rows[place]
        gains[:] = 0.0
        nearest[:] = 0.0
        title_sum = np.float32(0.0)
        title_said = np.float32(0.0)
        damp = rules[1] * (1.0 - rules[2] + rules[2] * lengths[row] / rules[3])
        for posting in range(starts[row], starts[row + 1]):
            word = words[posting]
            title = titles[posting]
            mark = marks[word]
            closest = np.float32(0.0)
            if mark > 0:
                plain = rests[posting] >= 128
                told = rules[0] * title + (rests[posting] & 127)
                entry = first + mark - 1
                while entry < last and heard_words[entry] == word:
                    slot = heard_slots[entry]
                    flags = slot_flags[base + slot]
                    if exact[entry] and flags & SCORED:
                        gains[slot] = slot_worths[base + slot] * told / (told + damp)
                    if plain and flags & (NEAR | HEAD) and likes[entry] > nearest[slot]:
                        nearest[slot] = likes[entry]
                    if likes[entry] > closest:
                        closest = likes[entry]
                    entry += 1
            if title > 0:
                title_sum += worths[word]
                title_said += worths[word] * closest
        shared = np.float32(0.0)
        close = np.float32(0.0)
        head = np.float32(0.0)
        for slot in range(count):
            shared += gains[slot]
            if slot_flags[base + slot] & NEAR:
                close += slot_worths[base + slot] * nearest[slot]
            if slot_flags[base + slot] & HEAD:
                head += slot_worths[base + slot] * nearest[slot]
        out[place, WORDS_PART] = min(1.0, shared / bests[need, 0]) if bests[need, 0] > 0 else 0.0
        out[place, NEAR_PART] = min(1.0, close / bests[need, 1]) if bests[need, 1] > 0 else 0.0
        out[place, TITLE_PART] = title_said / title_sum if title_sum > 0 else 0.0
        out[place, HEAD_PART] = min(1.0, head / bests[need, 2]) if bests[need, 2] > 0 else 0.0
    for entry in range(first, last):
        marks[heard_words[entry]] = 0


@njit(nogil=True, cache=True)
def fill_told(
    need: int,
    slots: Any,
    heard: Any,
    texts: Any,
    row: int,
    rules: Any,
    marks: Any,
    gains: Any,  # scratch, one per slot
    nearest: Any,  # scratch
    nearest_word: Any,  # scratch
    shared: Any,  # out: slots of the shared words that bring most, -1 where there are no more
    in_title: Any,  # out: whether each stands in the title
    near_slots: Any,  # out: slots said in another word, the weightiest first
    near_words: Any,  # out: those words
    near_likes: Any,  # out
) -> None:
    """The words on which the score of one text rests."""
    slot_starts, slot_worths, slot_flags, _ = slots
    heard_starts, heard_words, heard_slots, likes, exact = heard
    starts, words, titles, rests, lengths = texts
    first, last = heard_starts[need], heard_starts[need + 1]
    base = slot_starts[need]
    count = slot_starts[need + 1] - base
    gains[:count] = 0.0
    nearest[:count] = 0.0
    nearest_word[:count] = -1
    damp = rules[1] * (1.0 - rules[2] + rules[2] * lengths[row] / rules[3])
    for posting in range(starts[row], starts[row + 1]):
        word = words[posting]
        mark = marks[word]
        if mark == 0:
            continue
        plain = rests[posting] >= 128
        told = rules[0] * titles[posting] + (rests[posting] & 127)
        entry = first + mark - 1
        while entry < last and heard_words[entry] == word:
            slot = heard_slots[entry]
            if exact[entry] and slot_flags[base + slot] & SCORED:
                gains[slot] = slot_worths[base + slot] * told / (told + damp)
                if titles[posting] > 0:
                    gains[slot] = -gains[slot]  # the sign says: in the title
            if plain and slot_flags[base + slot] & NEAR and likes[entry] > nearest[slot]:
                nearest[slot] = likes[entry]
                nearest_word[slot] = word if not exact[entry] else -1
            entry += 1
    most = np.float32(0.0)
    for slot in range(count):
        most = max(most, abs(gains[slot]))
    for place in range(len(shared)):
        best = -1
        for slot in range(count):
            gain = abs(gains[slot])
            if gain > 0 and gain >= SHOWN_GAIN * most and (best < 0 or gain > abs(gains[best])):
                best = slot
        shared[place] = best
        if best >= 0:
            in_title[place] = gains[best] < 0
            gains[best] = 0.0
            nearest_word[best] = -1
    for slot in range(count):
        if gains[slot] != 0:
            nearest_word[slot] = -1
    for place in range(len(near_slots)):
        best = -1
        for slot in range(count):
            if nearest_word[slot] >= 0 and (
                best < 0 or slot_worths[base + slot] * nearest[slot] > slot_worths[base + best] * nearest[best]
            ):
                best = slot
        near_slots[place] = best
        if best >= 0:
            near_words[place], near_likes[place] = nearest_word[best], nearest[best]
            nearest_word[best] = -1


@njit(nogil=True, cache=True)
def rank_rows(
    need: int,
    slots: Any,
    heard: Any,
    need_vector: Any,  # (dimensions,)
    texts: Any,
    vectors: Any,  # (texts, dimensions)
    worths: Any,
    rows: Any,  # candidates of the need, ascending, each once
    vector_rows: Any,  # the row of each in vectors
    rules: Any,
    weights: Any,  # (PARTS,) float64
    least: float,
    marks: Any,
    kept_rows: Any,  # (keep,) out: places in `rows`, best first
    kept_totals: Any,  # (keep,) out, float64
    kept_parts: Any,  # (keep, PARTS) out
    told: Any,  # outs of fill_told, with (keep,) in front
) -> int:
    """Score candidates, keep the best, tell their words; how many were kept. Equal totals stand by row."""
    parts = np.zeros((len(rows), PARTS), np.float32)
    fill_parts(need, slots, heard, texts, worths, rows, rules, marks, parts)
    totals = np.zeros(len(rows), np.float64)
    fit = np.empty(len(rows), np.int32)
    count = 0
    for place in range(len(rows)):
        parts[place, SENSE_PART] = min(1.0, max(0.0, _product(need_vector, vectors[vector_rows[place]])))
        total = 0.0
        for part in range(PARTS):
            total += weights[part] * parts[place, part]
        totals[place] = np.floor(total * 1e6 + 0.5) / 1e6  # six digits, so that all machines rank alike
        if totals[place] >= least:
            fit[count] = place
            count += 1
    kept = _best(totals, fit, count, kept_rows, kept_totals)
    heard_starts, heard_words = heard[0], heard[1]
    first, last = heard_starts[need], heard_starts[need + 1]
    slot_count = slots[0][need + 1] - slots[0][need]
    gains = np.empty(slot_count, np.float32)
    nearest = np.empty(slot_count, np.float32)
    nearest_word = np.empty(slot_count, np.int32)
    for entry in range(last - 1, first - 1, -1):
        marks[heard_words[entry]] = entry - first + 1
    shared, in_title, near_slots, near_words, near_likes = told
    for place in range(kept):
        kept_parts[place] = parts[kept_rows[place]]
        fill_told(
            need,
            slots,
            heard,
            texts,
            rows[kept_rows[place]],
            rules,
            marks,
            gains,
            nearest,
            nearest_word,
            shared[place],
            in_title[place],
            near_slots[place],
            near_words[place],
            near_likes[place],
        )
    for entry in range(first, last):
        marks[heard_words[entry]] = 0
    return kept


@njit(nogil=True, cache=True)
def _product(one: Any, other: Any) -> Any:
    """Inner product over four sums side by side: the same on every machine, and quick without reordering."""
    sums = np.zeros(4, np.float32)
    whole = len(one) // 4 * 4
    for place in range(0, whole, 4):
        sums[0] += one[place] * other[place]
        sums[1] += one[place + 1] * other[place + 1]
        sums[2] += one[place + 2] * other[place + 2]
        sums[3] += one[place + 3] * other[place + 3]
    for place in range(whole, len(one)):
        sums[0] += one[place] * other[place]
    return (sums[0] + sums[1]) + (sums[2] + sums[3])


@njit(nogil=True, cache=True)
def match_needs(
    first_need: int,
    last_need: int,
    slots: Any,
    heard: Any,
    asked: Any,  # starts, words, weights of the words each need asks for
    need_vectors: Any,
    by_sense: Any,  # (needs, count) rows nearest to each need, -1 where there are no more; row 0 is first_need
    texts: Any,
    vectors: Any,
    turned: Any,  # postings: starts, rows, counts
    worths: Any,
    rules: Any,
    weights: Any,
    least: float,
    by_words: int,  # candidates by words
    most_rows: int,
    scratch: Any,  # marks (words,), score (texts,), touched (texts,)
    counts: Any,  # (needs, 2) out: kept, candidates
    kept_rows: Any,  # (needs, keep) out: rows of texts
    kept_totals: Any,
    kept_parts: Any,
    told: Any,
) -> None:
    """Candidates and their scores for needs first_need to last_need; outs are full-length, by need."""
    marks, score, touched = scratch
    everything = np.zeros(0, np.uint8)
    best_rows = np.empty(by_words, np.int64)
    best_scores = np.empty(by_words, np.float32)
    union = np.empty(by_words + by_sense.shape[1], np.int64)
    for need in range(first_need, last_need):
        begin, end = asked[0][need], asked[0][need + 1]
        found = rare_rows(
            asked[1][begin:end],
            asked[2][begin:end],
            turned[0],
            turned[1],
            turned[2],
            texts[4],
            rules,
            everything,
            most_rows,
            score,
            touched,
            best_rows,
            best_scores,
        )
        union[:found] = best_rows[:found]
        size = found
        for place in range(by_sense.shape[1]):
            row = by_sense[need - first_need, place]
            if row >= 0:
                union[size] = row
                size += 1
        ordered = np.sort(union[:size])
        unique = 0
        for place in range(size):
            if place == 0 or ordered[place] != ordered[place - 1]:
                ordered[unique] = ordered[place]
                unique += 1
        rows = ordered[:unique]
        kept = rank_rows(
            need,
            slots,
            heard,
            need_vectors[need],
            texts,
            vectors,
            worths,
            rows,
            rows,
            rules,
            weights,
            least,
            marks,
            kept_rows[need],
            kept_totals[need],
            kept_parts[need],
            (told[0][need], told[1][need], told[2][need], told[3][need], told[4][need]),
        )
        for place in range(kept):
            kept_rows[need, place] = rows[kept_rows[need, place]]
        counts[need, 0] = kept
        counts[need, 1] = unique


@njit(nogil=True, cache=True)
def rare_rows(
    asked: Any,  # words of the need, the most telling first
    weights: Any,  # what each is worth
    starts: Any,
    rows: Any,
    counts: Any,
    lengths: Any,
    rules: Any,
    allowed: Any,  # (texts,) uint8, empty where all are
    most_rows: int,  # postings read at most; the first word is always read whole
    score: Any,  # (texts,) float32 zeros, left as found
    touched: Any,  # (texts,) int32 scratch
    best_rows: Any,  # (count,) out
    best_scores: Any,  # (count,) out
) -> int:
    """The best texts by BM25 that hold one of the asked words, best first, equal ones by row; how many."""
    found = 0
    read = 0
    for place in range(len(asked)):
        begin, end = starts[asked[place]], starts[asked[place] + 1]
        if place > 0 and read + end - begin > most_rows:
            continue
        read += end - begin
        for entry in range(begin, end):
            row = rows[entry]
            if len(allowed) and not allowed[row]:
                continue
            if score[row] == 0.0:
                touched[found] = row
                found += 1
            damp = rules[1] * (1.0 - rules[2] + rules[2] * lengths[row] / rules[3])
            score[row] += weights[place] * counts[entry] / (counts[entry] + damp)
    kept = _best(score, touched, found, best_rows, best_scores)
    for place in range(found):
        score[touched[place]] = 0.0
    return kept


@njit(nogil=True, cache=True)
def _best(score: Any, touched: Any, found: int, best_rows: Any, best_scores: Any) -> int:
    """A heap with the worst on top; then sorted."""
    size = 0
    most = len(best_rows)
    for place in range(found):
        row = touched[place]
        told = score[row]
        if size < most:
            size += 1
            at = size - 1
            while at > 0:
                up = (at - 1) // 2
                if _worse(told, row, best_scores[up], best_rows[up]):
                    best_scores[at], best_rows[at] = best_scores[up], best_rows[up]
                    at = up
                else:
                    break
            best_scores[at], best_rows[at] = told, row
        elif _worse(best_scores[0], best_rows[0], told, row):
            _sink(best_rows, best_scores, size, told, row)
    for last in range(size - 1, 0, -1):  # heap sort: the worst goes to the end
        told, row = best_scores[last], best_rows[last]
        best_scores[last], best_rows[last] = best_scores[0], best_rows[0]
        _sink(best_rows, best_scores, last, told, row)
    return size


@njit(nogil=True, cache=True)
def _worse(one: float, row: int, other: float, other_row: int) -> bool:
    return one < other or (one == other and row > other_row)


@njit(nogil=True, cache=True)
def _sink(best_rows: Any, best_scores: Any, size: int, told: float, row: int) -> None:
    """Put (told, row) on top and let it sink among `size` entries."""
    at = 0
    while True:
        down = 2 * at + 1
        if down >= size:
            break
        if down + 1 < size and _worse(best_scores[down + 1], best_rows[down + 1], best_scores[down], best_rows[down]):
            down += 1
        if not _worse(best_scores[down], best_rows[down], told, row):
            break
        best_scores[at], best_rows[at] = best_scores[down], best_rows[down]
        at = down
    best_scores[at], best_rows[at] = told, row


@njit(nogil=True, cache=True)
def gather(
    token_starts: Any,  # (texts + 1,) of tokens
    tokens: Any,  # word numbers; -1 is no word
    title_words: Any,  # (texts,)
    body_words: Any,  # (texts,)
    marks: Any,  # (words,) int64 zeros, left as found
    starts: Any,  # (texts + 1,) out
    words: Any,  # out, as long as tokens
    titles: Any,
    rests: Any,
) -> int:
    """Distinct words of each text in the order of first use, with their counts; how many entries."""
    size = 0
    for row in range(len(title_words)):
        starts[row] = size
        begin = token_starts[row]
        for place in range(begin, token_starts[row + 1]):
            word = tokens[place]
            if word < 0:
                continue
            entry = marks[word] - 1
            if entry < 0:
                entry = size
                marks[word] = size + 1
                words[entry], titles[entry], rests[entry] = word, 0, 0
                size += 1
            at = place - begin
            if at < title_words[row]:
                titles[entry] = min(titles[entry] + 1, 127)
            else:
                rests[entry] = min((rests[entry] & 127) + 1, 127) | (rests[entry] & 128)
            if at < title_words[row] + body_words[row]:
                rests[entry] |= 128
        for entry in range(starts[row], size):
            marks[words[entry]] = 0
    starts[len(title_words)] = size
    return size


@njit(nogil=True, cache=True)
def turn(
    starts: Any, words: Any, titles: Any, rests: Any, title_factor: float, ends: Any, rows: Any, counts: Any
) -> None:
    """Entries by text into entries by word. ends: (words,) where each word's entries begin, moved to their end."""
    for row in range(len(starts) - 1):
        for entry in range(starts[row], starts[row + 1]):
            place = ends[words[entry]]
            ends[words[entry]] = place + 1
            rows[place] = row
            counts[place] = min(255, int(title_factor * titles[entry] + (rests[entry] & 127) + 0.5))


@njit(nogil=True, cache=True)
def reorder(order: Any, starts: Any, old: Any, new_starts: Any, new: Any) -> None:
    """Entries of texts in another order of texts; old and new: (words, titles, rests)."""
    size = 0
    for row in range(len(order)):
        new_starts[row] = size
        for entry in range(starts[order[row]], starts[order[row] + 1]):
            new[0][size], new[1][size], new[2][size] = old[0][entry], old[1][entry], old[2][entry]
            size += 1
    new_starts[len(order)] = size
