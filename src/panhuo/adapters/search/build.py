"""Builds the search table and keeps it up to date: what changed is rewritten, what went is deleted.

A folder holds generations; current.json names the one that is read. A generation has one recipe (cutter, word
rules, vocabulary, dimensions), one list of terms mined from its texts, and one vector space. When the recipe changes,
or more than a set share of the texts came, changed or went since the space was fitted, a new generation is built
beside the old one and switched to in one rename. A kill leaves the old one in place; one in the middle of an update
leaves the mark `dirty`, and the next call completes the update. The statistics of words are those of the fit, so that
an update gives the answers of a rewrite. All of it can be rebuilt from the projection.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from panhuo.adapters.search.compaction import Compacted, compact, wait_for_compaction, waiting_rows
from panhuo.adapters.search.cut_blocks import BlockCutter, spilt
from panhuo.adapters.search.cutting import CutProcesses, SpillInto, TokensOf, processes_for
from panhuo.adapters.search.lance import TABLE, LanceIndex, TableWhenAsked, connect, unpacked
from panhuo.adapters.search.mined_terms import load_terms, save_terms
from panhuo.adapters.search.rows import (
    IDS_AT_ONCE,
    index_words,
    row_batch,
    rows_without_vectors,
    stored_versions,
    table_schema,
)
from panhuo.adapters.search.space_files import (
    load_clusters,
    load_counts,
    load_space,
    save_clusters,
    save_counts,
    save_space,
)
from panhuo.adapters.search.texts import PatentText, patent_texts
from panhuo.engine.matching.clusters import (
    NO_CLUSTERS,
    SAMPLE_EACH,
    ClusterRules,
    Clusters,
    cluster_rules,
    fit_clusters,
)
from panhuo.engine.matching.columns import WordTable
from panhuo.engine.matching.lsa import LsaFit
from panhuo.engine.matching.mining import NONE, MinedTerm, Miner, MiningRules, digest, mining_rules
from panhuo.engine.matching.numbered import NumberedTexts
from panhuo.engine.matching.space import (
    CountedWords,
    StaticEncoder,
    StaticSpace,
    WordCounts,
    centred,
    fit_space,
    vocabulary,
)
from panhuo.engine.matching.whole_texts import WholeTextEncoder
from panhuo.engine.matching.words import Lexicon, passage_bag
from panhuo.engine.ports import Bag, Encoder, Floats, IndexedText, Progress, TermEncoder, TextModel, Vectors
from panhuo.rules import InForce

CENTRE_TEXTS = 5_000
"""Texts by which the middle of a space is found."""
GIVEN_WAY = 10.0
"""Seconds that a compaction in the background has to end."""
SCHEMA = 2
"""Raised when the table's columns or their meaning change."""


@dataclass(frozen=True, slots=True)
class SpaceRules:
    """Numbers of a pack for the vector space. refit_share: of the texts fitted, that may change before a new fit.

    mining: how terms are mined from the texts when a generation is made; clusters: from how many texts on vectors are
    sought in clusters.
    """

    dimensions: int
    vocabulary: int
    min_texts: int
    title_factor: float
    refit_share: float
    mining: MiningRules = NONE
    clusters: ClusterRules = NO_CLUSTERS


def space_rules(rules: InForce) -> SpaceRules:
    """Read matching.* of the pack."""
    return SpaceRules(
        dimensions=rules.integer("matching.dimensions"),
        vocabulary=rules.integer("matching.vocabulary"),
        min_texts=rules.integer("matching.vocabulary_min_texts"),
        title_factor=float(rules.decimal("matching.title_factor")),
        refit_share=float(rules.decimal("matching.refit_share")),
        mining=mining_rules(rules),
        clusters=cluster_rules(rules),
    )


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A table that holds what the projection holds, and what it took to get there.

    generation: names space and statistics, in another one the same text may get another score. lexicon: the words of
    this generation, mined terms among them; needs must be cut by it.
    """

    index: LanceIndex
    space: StaticSpace
    counts: WordCounts
    texts: int
    added: int
    changed: int
    removed: int
    fitted: bool
    lexicon: Lexicon
    generation: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Search table against projection. lacking, stale, surplus: rows; unindexed: rows not yet in the index of words."""

    whole: bool
    built: bool = True
    rows: int = 0
    lacking: int = 0
    stale: int = 0
    surplus: int = 0
    unindexed: int = 0


@dataclass(slots=True)
class _Current:
    """current.json. terms: digest of the mined terms; rows: of the table when it was left whole."""

    generation: str
    recipe: str
    projection: str
    fitted_texts: int
    changed_since: int
    dirty: bool
    terms: str
    rows: int


@dataclass(frozen=True, slots=True)
class _Change:
    """asset_ids by what the table lacks of the projection."""

    added: frozenset[int] = frozenset()
    changed: frozenset[int] = frozenset()
    removed: frozenset[int] = frozenset()

    @property
    def size(self) -> int:
        return len(self.added) + len(self.changed) + len(self.removed)

    @property
    def any(self) -> bool:
        return self.size > 0


class SearchBuilder:
    """Brings the search table in one folder up to date. Call it under the home's writer lock.

    terms: gives the static space its words, or is fitted to the texts to do so. whole: where given, texts are rows of
    its space, and the static space is for single words only. processes: that cut texts [by cores and texts]; the
    table is the same however many there are. waiting: told after an update how many rows wait for compaction, and how
    many there are.
    """

    def __init__(
        self,
        folder: Path,
        lexicon: Lexicon,
        terms: TermEncoder | LsaFit,
        rules: SpaceRules,
        *,
        whole: TextModel | None = None,
        progress: Progress | None = None,
        processes: int | None = None,
        waiting: Callable[[int, int], None] | None = None,
    ) -> None:
        self._folder = folder
        self._untaught = lexicon
        self._lexicon = lexicon  # of the generation at hand
        self._terms = terms
        self._whole = whole
        self._rules = rules
        self._progress = progress
        self._processes = processes
        self._waiting = waiting
        model = (terms.model, whole.space if whole else "")
        told = repr((SCHEMA, lexicon.version, lexicon.rules.digest, model, asdict(rules)))
        self._recipe = blake2b(told.encode(), digest_size=8).hexdigest()

    def refresh(self, assets: Path, version: str) -> Refreshed:
        """Make the table say what assets.parquet of projection `version` says; costs nothing when it does already."""
        current = self._current()
        if current is None or current.recipe != self._recipe:
            return self._rebuild(assets, version)
        mined = load_terms(self._path(current.generation))
        if digest(mined) != current.terms:
            return self._rebuild(assets, version)
        self._learn(mined)
        table = self._open(current.generation)
        if current.projection == version and not current.dirty:
            return self._answer(current, table, load_counts(self._path(current.generation)), _Change(), fitted=False)
        change = self._compare(table, assets)
        if current.changed_since + change.size > self._rules.refit_share * max(1, current.fitted_texts):
            return self._rebuild(assets, version)
        return self._update(current, table, assets, version, change)

    def standing(self, version: str) -> Refreshed | None:
        """The table where it says what projection `version` says, None where refresh() would have to write.

        Needs no lock; the table itself is opened when something is asked of it.
        """
        current = self._current()
        if current is None or current.recipe != self._recipe or current.projection != version or current.dirty:
            return None
        path = self._path(current.generation)
        mined = load_terms(path)
        if digest(mined) != current.terms:
            return None
        self._learn(mined)
        return self._answer(current, TableWhenAsked(path), load_counts(path), _Change(), fitted=False)

    def encoder(self, table: Refreshed) -> Encoder:
        """For needs, in the space of the table's rows."""
        asked = None if isinstance(self._terms, LsaFit) else self._terms
        words = StaticEncoder(table.space, share=table.lexicon.share, unknown=asked)
        return WholeTextEncoder(self._whole, words, of_needs=True) if self._whole else words

    def _row_encoder(self, space: StaticSpace) -> Encoder:
        words = StaticEncoder(space, share=self._lexicon.share)
        return WholeTextEncoder(self._whole, words, of_needs=False) if self._whole else words

    def _compare(self, table: Any, assets: Path) -> _Change:
        stored = stored_versions(table)
        wanted = {text.asset_id: text.version for block in self._texts(assets) for text in block}
        return _Change(
            added=frozenset(wanted.keys() - stored.keys()),
            changed=frozenset(one for one, told in wanted.items() if stored.get(one, told) != told),
            removed=frozenset(stored.keys() - wanted.keys()),
        )

    # -- update ----------------------------------------------------------------------------------------------

    def _update(self, current: _Current, table: Any, assets: Path, version: str, change: _Change) -> Refreshed:
        """Space and statistics of words stay those of the fit: what a text scores does not hang on when it came."""
        path = self._path(current.generation)
        if change.any:
            self._write_current(replace(current, dirty=True))
        self._merge(table, assets, load_space(path), change)
        gone = sorted(change.removed)
        for start in range(0, len(gone), IDS_AT_ONCE):
            table.delete(f"asset_id IN ({', '.join(map(str, gone[start : start + IDS_AT_ONCE]))})")
        drift = current.changed_since + change.size
        after = replace(current, projection=version, changed_since=drift, rows=table.count_rows(), dirty=False)
        self._write_current(after)
        if self._waiting and change.any:
            self._waiting(waiting_rows(table), after.rows)
        return self._answer(after, table, load_counts(path), change, fitted=False)

    def _merge(self, table: Any, assets: Path, space: StaticSpace, change: _Change) -> None:
        """Write new and changed rows."""
        encoder = self._row_encoder(space)
        cutter = BlockCutter(self._lexicon)
        written = change.added | change.changed
        done = 0
        for block in self._texts(assets) if written else ():
            fresh = [text for text in block if text.asset_id in written]
            if fresh:
                cut = cutter.numbered(fresh)
                rows = rows_without_vectors(fresh, cut)
                batch = row_batch(rows, self._vectors(encoder, rows, cut))
                rows = pa.Table.from_batches([batch])
                table.merge_insert("asset_id").when_matched_update_all().when_not_matched_insert_all().execute(rows)
                done += len(fresh)
                self._tell("index", done, len(written))

    # -- comparison, repair, compaction ----------------------------------------------------------------------

    def gap(self, assets: Path, version: str) -> Gap:
        """What the table lacks of the projection, without writing. A table that was left whole costs one look."""
        current = self._current()
        if current is None:
            return Gap(whole=False, built=False)
        try:
            table = self._open(current.generation)
            rows = table.count_rows()
            if current.projection == version and not current.dirty and rows == current.rows:
                return Gap(whole=True, rows=rows, unindexed=waiting_rows(table))
            change = self._compare(table, assets)
        except (OSError, ValueError, RuntimeError):
            return Gap(whole=False, built=False)
        return Gap(
            whole=not change.any,
            rows=rows,
            lacking=len(change.added),
            stale=len(change.changed),
            surplus=len(change.removed),
            unindexed=waiting_rows(table),
        )

    def repair(self, assets: Path, version: str, *, rewrite: bool = False) -> Refreshed:
        """Close the gap row by row, whatever current.json says. rewrite: write every row anew, in the same space.

        A table that cannot be opened is built anew, space and all.
        """
        current = self._current()
        mined = load_terms(self._path(current.generation)) if current else []
        if current is None or current.recipe != self._recipe or digest(mined) != current.terms:
            return self._rebuild(assets, version)
        self._learn(mined)
        try:
            table = self._open(current.generation)
            change = self._compare(table, assets)
        except (OSError, ValueError, RuntimeError):
            return self._rebuild(assets, version)
        if rewrite:
            table.delete("true")
            every = frozenset(text.asset_id for block in self._texts(assets) for text in block)
            change = _Change(added=every)
        return self._update(current, table, assets, version, change)

    def compact(self, at: str) -> Compacted | None:
        """Take rows that came since into the index of words and drop what nobody reads. at: the moment, ISO 8601.

        Readers go on meanwhile with the state they opened. A compaction in the background is asked to give way.
        """
        current = self._current()
        if current is None:
            return None
        self._write_current(current)
        return compact(self._folder, at) if wait_for_compaction(self._folder, GIVEN_WAY) else None

    # -- rebuild ---------------------------------------------------------------------------------------------

    def _rebuild(self, assets: Path, version: str) -> Refreshed:
        total = pq.read_metadata(assets).num_rows
        count = self._processes or processes_for(total, len(os.sched_getaffinity(0)))
        with CutProcesses(self._untaught, count) as cutters:
            mined = self._mined(cutters, assets, total)
            self._learn(mined)
            told = blake2b(f"{self._recipe}|{version}|{digest(mined)}".encode(), digest_size=6).hexdigest()
            before = self._current()
            generation = f"g{told}" if before is None or before.generation != f"g{told}" else f"h{told}"
            path = self._path(generation)
            shutil.rmtree(path, ignore_errors=True)
            spill = path / "spill"
            spill.mkdir(parents=True)
            save_terms(path, mined)
            if mined:
                cutters.learn(self._lexicon)
            counts = self._spill(cutters, assets, spill, total)
        terms = vocabulary(counts, size=self._rules.vocabulary, min_texts=self._rules.min_texts)
        model = self._terms
        if isinstance(model, LsaFit):
            model = model.fitted(terms, counts, _spilt_words(spill))
        space = fit_space(counts, terms, model, dimensions=self._rules.dimensions, share=self._lexicon.share)
        space = centred(space, self._sample(spill, counts.texts), share=self._lexicon.share)
        save_space(path, space)
        save_counts(path, counts)
        table = connect(path).create_table(
            TABLE,
            data=pa.RecordBatchReader.from_batches(
                table_schema(self._row_encoder(space).dimensions), self._batches(spill, space, counts.texts)
            ),
        )
        index_words(table)
        save_clusters(path, self._fitted_clusters(table, space, counts.texts))
        shutil.rmtree(spill)
        after = _Current(
            generation, self._recipe, version, counts.texts, 0, dirty=False, terms=digest(mined), rows=counts.texts
        )
        self._write_current(after)
        for other in self._folder.iterdir():
            if other.is_dir() and other != path:
                shutil.rmtree(other, ignore_errors=True)
        written = _Change(added=frozenset(range(counts.texts)))
        return self._answer(after, table, counts, written, fitted=True)

    def _mined(self, cutters: CutProcesses, assets: Path, total: int) -> list[MinedTerm]:
        """Terms of the texts as the pack's dictionary cuts them."""
        if not self._rules.mining.terms:
            return []
        miner = Miner(self._rules.mining, self._untaught.share)
        done = 0
        for rows, cut in cutters.each(assets, lambda: TokensOf(miner.stride)):
            miner.add_block(cut.words, cut.tokens, cut.starts)
            done += rows
            self._tell("mine", done, total)
        return miner.terms()

    def _learn(self, mined: list[MinedTerm]) -> None:
        self._lexicon = self._untaught.taught(tuple(one.term for one in mined))

    def _spill(self, cutters: CutProcesses, assets: Path, spill: Path, total: int) -> WordCounts:
        """Cut all texts into files, and count their words: the space is fitted before rows can be written."""
        counts = CountedWords()
        done = 0
        for rows, cut in cutters.each(assets, lambda: SpillInto(spill)):
            counts.add(cut.texts, cut.words, cut.distinct, cut.in_texts, cut.occurrences)
            done += rows
            self._tell("cut", done, total)
        return counts.all()

    def _sample(self, spill: Path, texts: int) -> list[Bag]:
        """Texts at even distances, for the middle of the space."""
        words = _spilt_words(spill, step=max(1, texts // CENTRE_TEXTS))
        return [passage_bag(cut, title_factor=self._rules.title_factor) for cut in words]

    def _batches(self, spill: Path, space: StaticSpace, total: int) -> Iterator[pa.RecordBatch]:
        encoder = self._row_encoder(space)
        done = 0
        for file in sorted(spill.iterdir()):
            rows, cut = spilt(file)
            yield row_batch(rows, self._vectors(encoder, rows, cut))
            done += len(cut)
            self._tell("index", done, total)

    def _texts(self, assets: Path) -> Iterator[list[PatentText]]:
        return (block for block in patent_texts(assets, self._lexicon.rules.openings) if block)

    def _vectors(self, encoder: Encoder, rows: pa.RecordBatch, cut: NumberedTexts) -> Floats:
        if isinstance(encoder, StaticEncoder):
            return encoder.passages(cut, title_factor=self._rules.title_factor).matrix
        return encoder.encode([Bag(said, {}) for said in rows["said"].to_pylist()]).matrix

    # -- the folder ------------------------------------------------------------------------------------------

    def _current(self) -> _Current | None:
        try:
            current = _Current(**json.loads((self._folder / "current.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return current if (self._path(current.generation) / f"{TABLE}.lance").is_dir() else None

    def _write_current(self, current: _Current) -> None:
        draft = self._folder / f".current.{os.getpid()}"
        with draft.open("w", encoding="utf-8") as handle:
            json.dump(asdict(current), handle)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(draft, self._folder / "current.json")

    def _path(self, generation: str) -> Path:
        return self._folder / generation

    def _open(self, generation: str) -> Any:
        return connect(self._path(generation)).open_table(TABLE)

    def _answer(self, current: _Current, table: Any, counts: WordCounts, change: _Change, *, fitted: bool) -> Refreshed:
        space = load_space(self._path(current.generation))
        words = WordTable(counts.texts, counts.mean_words, counts.in_texts, self._lexicon.share)
        return Refreshed(
            LanceIndex(
                table,
                self._whole.space if self._whole else space.id,
                words,
                load_clusters(self._path(current.generation)),
            ),
            space,
            counts,
            current.rows,
            len(change.added),
            len(change.changed),
            len(change.removed),
            fitted,
            self._lexicon,
            current.generation,
        )

    def _fitted_clusters(self, table: Any, space: StaticSpace, texts: int) -> Clusters | None:
        rules = self._rules.clusters
        if texts < rules.texts:
            return None
        encoder = self._row_encoder(space)
        step = max(1, texts // (SAMPLE_EACH * rules.count))
        blocks, first = [], 0
        for batch in table.search().select(["vector"]).limit(None).to_batches():
            rows = np.asarray(batch["vector"].flatten(), np.float32).reshape(len(batch), -1)
            blocks.append(rows[-first % step :: step])
            first += len(batch)
        return fit_clusters(Vectors(encoder.space, np.concatenate(blocks)), texts, rules)

    def _tell(self, stage: str, done: int, total: int) -> None:
        if self._progress:
            self._progress(stage, done, total)


def _spilt_words(spill: Path, *, step: int = 1) -> Iterator[IndexedText]:
    """Words of every step-th text, the first one among them."""
    first = 0
    for file in sorted(spill.iterdir()):
        rows, _ = spilt(file)
        kept = rows.select(["words", "title_words", "body_words"]).take(pa.array(range(-first % step, len(rows), step)))
        first += len(rows)
        for row in kept.to_pylist():
            yield unpacked(row["words"], row["title_words"], row["body_words"])
