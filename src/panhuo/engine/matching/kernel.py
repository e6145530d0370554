"""Loops over columns of texts, compiled: candidates by rare words, parts of a score, the words that brought it.

Each function reads arrays and writes into those handed to it; none allocates by the size of the index, so that
threads may run it side by side, each with scratch of its own. Layouts are told in columns.py and asked.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from panhuo.engine.matching.heap import best_of
from panhuo.engine.matching.rare_words import rare_rows

SCORED, NEAR = 1, 2
"""Flags of a slot: counts as a shared word, as a near word."""
WORDS_PART, NEAR_PART, SENSE_PART, TITLE_PART = range(4)
PARTS = 4
"""Columns of the parts, in the order of scoring.PARTS."""
MOST_SLOTS = 512
SHORT = 40
"""Words of a text that may repeat themselves as they like."""
SHOWN_GAIN = 0.1
"""A shared word is shown as a reason when it brings at least this share of what the best one brings."""


@njit(nogil=True, cache=True)
def fill_parts(
    need: int,
    slots: Any,  # AskedBlock.slots: starts, worths, flags, bests (n, 2)
    heard: Any,  # AskedBlock.heard: starts, words, slots, likes, exact
    texts: Any,  # starts, words, titles, rests, lengths
    worths: Any,  # (words,)
    rows: Any,  # candidates of the need
    rules: Any,  # title_factor, saturation, length_share, mean_words, title_spare, least_variety
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
    most = 0
    for place in range(len(rows)):
        most = max(most, starts[rows[place] + 1] - starts[rows[place]])
    heard_at = np.empty(most + 1, np.int64)
    for place in range(len(rows)):
        row = rows[place]
        gains[:] = 0.0
        nearest[:] = 0.0
        title_sum = np.float32(0.0)
        title_said = np.float32(0.0)
        damp = rules[1] * (1.0 - rules[2] + rules[2] * lengths[row] / rules[3])
        found = 0
        for posting in range(starts[row], starts[row + 1]):  # without a branch, which would be guessed wrong
            heard_at[found] = posting
            found += int(marks[words[posting]] > 0)
        posting = starts[row]
        while posting < starts[row + 1] and titles[posting] > 0:  # words of the title stand first
            title_sum += worths[words[posting]]
            posting += 1
        for at in range(found):
            posting = heard_at[at]
            word = words[posting]
            plain = rests[posting] >= 128
            told = rules[0] * titles[posting] + (rests[posting] & 127)
            closest = np.float32(0.0)
            entry = first + marks[word] - 1
            while entry < last and heard_words[entry] == word:
                slot = heard_slots[entry]
                flags = slot_flags[base + slot]
                if exact[entry] and flags & SCORED:
                    gains[slot] = slot_worths[base + slot] * told / (told + damp)
                if plain and flags & NEAR and likes[entry] > nearest[slot]:
                    nearest[slot] = likes[entry]
                if likes[entry] > closest:
                    closest = likes[entry]
                entry += 1
            if titles[posting] > 0:
                title_said += worths[word] * closest
        shared = np.float32(0.0)
        close = np.float32(0.0)
        for slot in range(count):
            shared += gains[slot]
            if slot_flags[base + slot] & NEAR:
                close += slot_worths[base + slot] * nearest[slot]
        out[place, WORDS_PART] = min(1.0, shared / bests[need, 0]) if bests[need, 0] > 0 else 0.0
        out[place, NEAR_PART] = min(1.0, close / bests[need, 1]) if bests[need, 1] > 0 else 0.0
        out[place, TITLE_PART] = title_said / (title_sum + rules[4]) if title_sum > 0 else 0.0
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
def fill_totals(
    need: int,
    slots: Any,
    heard: Any,
    texts: Any,
    worths: Any,
    rows: Any,  # candidates of the need
    products: Any,  # inner product of the need with each
    rules: Any,
    weights: Any,  # (PARTS,) float64
    marks: Any,
    parts: Any,  # (len(rows), PARTS) out
    totals: Any,  # (len(rows),) float64 out
) -> None:
    """Parts and weighted sums, the latter to six digits, so that all machines rank alike.

    A text that says the same few words over and over is written to be found: it keeps a part of its sum only.
    """
    starts, lengths = texts[0], texts[4]
    fill_parts(need, slots, heard, texts, worths, rows, rules, marks, parts)
    for place in range(len(rows)):
        parts[place, SENSE_PART] = min(1.0, max(0.0, products[place]))
        total = 0.0
        for part in range(PARTS):
            total += weights[part] * parts[place, part]
        row = rows[place]
        distinct, least = starts[row + 1] - starts[row], rules[5] * lengths[row]
        if lengths[row] > SHORT and distinct < least:
            total *= distinct / least
        totals[place] = np.floor(total * 1e6 + 0.5) / 1e6


@njit(nogil=True, cache=True)
def tell_needs(
    first_need: int,
    last_need: int,
    slots: Any,
    heard: Any,
    need_vectors: Any,
    texts: Any,
    vectors: Any,
    worths: Any,
    rows: Any,  # (needs, lines) rows of texts, -1 where a line is not of these texts
    vector_rows: Any,  # the same of vectors
    rules: Any,
    weights: Any,
    marks: Any,
    parts: Any,  # (needs, lines, PARTS) out
    told: Any,  # outs of fill_told, with (needs, lines) in front
) -> None:
    """Parts of the lines of needs and the words they rest on."""
    shared, in_title, near_slots, near_words, near_likes = told
    line = np.empty(1, np.int64)
    product = np.empty(1, np.float32)
    total = np.empty(1, np.float64)
    for need in range(first_need, last_need):
        first, last = heard[0][need], heard[0][need + 1]
        slot_count = slots[0][need + 1] - slots[0][need]
        gains = np.empty(slot_count, np.float32)
        nearest = np.empty(slot_count, np.float32)
        nearest_word = np.empty(slot_count, np.int32)
        for place in range(rows.shape[1]):
            if rows[need, place] < 0:
                continue
            line[0] = rows[need, place]
            product[0] = inner_product(need_vectors[need], vectors[vector_rows[need, place]])
            fill_totals(
                need,
                slots,
                heard,
                texts,
                worths,
                line,
                product,
                rules,
                weights,
                marks,
                parts[need, place : place + 1],
                total,
            )
            for entry in range(last - 1, first - 1, -1):
                marks[heard[1][entry]] = entry - first + 1
            fill_told(
                need,
                slots,
                heard,
                texts,
                rows[need, place],
                rules,
                marks,
                gains,
                nearest,
                nearest_word,
                shared[need, place],
                in_title[need, place],
                near_slots[need, place],
                near_words[need, place],
                near_likes[need, place],
            )
            for entry in range(first, last):
                marks[heard[1][entry]] = 0


@njit(nogil=True, cache=True)
def inner_product(one: Any, other: Any) -> Any:
    """Inner product over eight sums side by side: the same on every machine, and quick without reordering."""
    a = b = c = d = e = f = g = h = np.float32(0.0)
    whole = len(one) // 8 * 8
    for place in range(0, whole, 8):
        a += one[place] * other[place]
        b += one[place + 1] * other[place + 1]
        c += one[place + 2] * other[place + 2]
        d += one[place + 3] * other[place + 3]
        e += one[place + 4] * other[place + 4]
        f += one[place + 5] * other[place + 5]
        g += one[place + 6] * other[place + 6]
        h += one[place + 7] * other[place + 7]
    for place in range(whole, len(one)):
        a += one[place] * other[place]
    return ((a + b) + (c + d)) + ((e + f) + (g + h))


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
    turned: Any,  # postings: starts, rows, impacts
    worths: Any,
    rules: Any,
    weights: Any,
    scratch: Any,  # marks (words,), score and touched as rare_rows asks for them
    sense: Any,  # out: rows, scores, totals, each (needs, most); counts (needs,)
    words: Any,  # out: the same by words
) -> None:
    """Candidates by sense and by words, best first, equal ones by row, with their totals."""
    marks, score, touched = scratch
    most = sense[0].shape[1]
    best_rows = np.empty(most, np.int64)
    best_scores = np.empty(most, np.float32)
    places = np.arange(by_sense.shape[1]).astype(np.int32)
    products = np.empty(by_sense.shape[1], np.float32)
    union = np.empty(2 * most, np.int64)
    parts = np.empty((2 * most, PARTS), np.float32)
    totals = np.empty(2 * most, np.float64)
    for need in range(first_need, last_need):
        begin, end = asked[0][need], asked[0][need + 1]
        found = rare_rows(
            asked[1][begin:end],
            asked[2][begin:end],
            turned[0],
            turned[1],
            turned[2],
            score,
            touched,
            best_rows,
            best_scores,
        )
        words[3][need] = found
        words[0][need, :found] = best_rows[:found]
        words[1][need, :found] = best_scores[:found]
        near = by_sense[need - first_need]
        count = 0
        for place in range(len(near)):
            if near[place] >= 0:
                products[count] = inner_product(need_vectors[need], vectors[near[place]])
                places[count] = count
                count += 1
        kept = _best_by_row(products, near, places[:count], best_rows, best_scores)
        sense[3][need] = kept
        sense[0][need, :kept] = best_rows[:kept]
        sense[1][need, :kept] = best_scores[:kept]
        union[:found] = words[0][need, :found]
        union[found : found + kept] = best_rows[:kept]
        rows = union[: found + kept]
        near_products = np.empty(found + kept, np.float32)
        for place in range(found):
            near_products[place] = inner_product(need_vectors[need], vectors[rows[place]])
        near_products[found:] = best_scores[:kept]
        fill_totals(
            need,
            slots,
            heard,
            texts,
            worths,
            rows,
            near_products,
            rules,
            weights,
            marks,
            parts[: found + kept],
            totals[: found + kept],
        )
        words[2][need, :found] = totals[:found]
        sense[2][need, :kept] = totals[found : found + kept]


@njit(nogil=True, cache=True)
def _best_by_row(products: Any, rows: Any, places: Any, best_rows: Any, best_scores: Any) -> int:
    """The best places by product, equal ones by row; best_rows gets the rows."""
    order = np.argsort(rows[places])  # so that places stand by row
    ranked = np.empty(len(places), np.float32)
    by_row = np.empty(len(places), np.int64)
    for place in range(len(places)):
        ranked[place] = products[places[order[place]]]
        by_row[place] = rows[places[order[place]]]
    kept = best_of(ranked, np.arange(len(places)).astype(np.int32), len(places), best_rows, best_scores)
    for place in range(kept):
        best_rows[place] = by_row[best_rows[place]]
    return kept


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
    texts: Any,
    rules: Any,
    ends: Any,  # (words,) where each word's entries begin, moved to their end
    rows: Any,  # out
    impacts: Any,  # out, uint16
) -> None:
    """Entries by text into entries by word, with what share of its worth a word brings there, 0..65535."""
    starts, words, titles, rests, lengths = texts
    for row in range(len(starts) - 1):
        damp = rules[1] * (1.0 - rules[2] + rules[2] * lengths[row] / rules[3])
        for entry in range(starts[row], starts[row + 1]):
            place = ends[words[entry]]
            ends[words[entry]] = place + 1
            rows[place] = row
            told = rules[0] * titles[entry] + (rests[entry] & 127)
            impacts[place] = int(65535.0 * told / (told + damp) + 0.5)


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


@njit(nogil=True, cache=True)
def rank_needs(
    first_need: int,
    last_need: int,
    sense_ids: Any,
    sense_totals: Any,
    word_ids: Any,
    word_totals: Any,
    found: Any,  # (needs, 2): entries by sense, by words
    least: float,
    counts: Any,  # (needs, 2) out: kept, scored
    ids: Any,  # (needs, keep) out
    totals: Any,  # (needs, keep) out
) -> None:
    """The best of both kinds of candidates, each once; equal totals stand by id. Below `least` nothing is kept."""
    for need in range(first_need, last_need):
        by_sense, by_words = found[need, 0], found[need, 1]
        size = by_sense + by_words
        every = np.empty(size, np.int64)
        every[:by_sense] = sense_ids[need, :by_sense]
        every[by_sense:] = word_ids[need, :by_words]
        told = np.empty(size, np.float64)
        told[:by_sense] = sense_totals[need, :by_sense]
        told[by_sense:] = word_totals[need, :by_words]
        order = np.argsort(every)
        fit = np.empty(size, np.int32)
        by_id = np.empty(size, np.float64)
        unique, count = 0, 0
        before = np.int64(-1)
        for place in order:
            if every[place] == before:
                continue
            before = every[place]
            by_id[unique] = told[place]
            order[unique] = place
            if told[place] >= least:
                fit[count] = unique
                count += 1
            unique += 1
        kept = best_of(by_id, fit, count, ids[need], totals[need])
        for place in range(kept):
            ids[need, place] = every[order[ids[need, place]]]
        counts[need, 0] = kept
        counts[need, 1] = unique
