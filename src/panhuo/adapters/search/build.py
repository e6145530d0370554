"""Builds the search table and keeps it up to date: what changed is rewritten, what went is deleted.

A folder holds generations (generations.py); current.json names the one that is read. A generation has one recipe
(cutter, word rules, vocabulary, dimensions), one list of terms mined from its texts, and one vector space. When the
recipe or the encoder changes, more than a set share of the texts came, changed or went since the space was fitted, or
a file cannot be read, a new generation is built beside the old one and switched to in one rename; the old one stays
until the next is built, for those who have opened it. A kill leaves the old one in place; one in the middle of an
update leaves the mark `dirty`, and the next call completes the update. The statistics of words are those of the fit,
so that an update gives the answers of a rewrite. All of it can be rebuilt from the projection.
"""

from __future__ import annotations

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

from panhuo.adapters.files.settled import settle
from panhuo.adapters.search.compaction import GIVEN_WAY, Compacted, compact, wait_for_compaction, waiting_rows
from panhuo.adapters.search.cut_blocks import BlockCutter, spilt
from panhuo.adapters.search.cutting import CutProcesses, SpillInto, TokensOf, processes_for
from panhuo.adapters.search.encoders import model_names
from panhuo.adapters.search.generations import (
    Current,
    Generation,
    drop_columns,
    drop_generations,
    new_name,
    read_current,
    seal_generation,
    whole_generations,
    write_current,
)
from panhuo.adapters.search.lance import TABLE, LanceIndex, TableWhenAsked, connect, named_rows, unpacked, vector_size
from panhuo.adapters.search.mined_terms import save_terms
from panhuo.adapters.search.rows import index_words, row_batch, rows_without_vectors, table_schema
from panhuo.adapters.search.search_columns import ColumnsState, columns_state
from panhuo.adapters.search.space_files import save_clusters, save_counts, save_space
from panhuo.adapters.search.spoilt_table import SpoiltTable, readable
from panhuo.adapters.search.table_gap import (
    Change,
    Gap,
    OpenedTable,
    opened_generation,
    standing_generation,
    table_change,
    table_gap,
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
SCHEMA = 3
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


def recipe_of(lexicon: Lexicon, rules: SpaceRules) -> str:
    """Digest of all that a generation hangs on besides its texts and its models."""
    told = repr((SCHEMA, lexicon.version, lexicon.rules.digest, asdict(rules)))
    return blake2b(told.encode(), digest_size=8).hexdigest()


def _drift(current: Current, change: Change, version: str) -> int:
    """How much of a change came from the register: of its own version none did, those rows were lost or spoilt."""
    return change.size if current.projection != version else 0


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
        self._recipe = recipe_of(lexicon, rules)
        self._models = model_names(terms, whole)

    def refresh(self, assets: Path, version: str) -> Refreshed:
        """Make the table say what assets.parquet of projection `version` says; costs nothing when it does already.

        A table that cannot be read, or that other words, sizes or encoders made, is made anew.
        """
        opened = self._opened()
        if opened is None:
            return self._rebuild(assets, version)
        current, table = opened.current, opened.table
        try:
            with readable(self._folder / current.generation):
                is_as_left = table.count_rows() == current.rows and not current.dirty
            if is_as_left and current.projection == version:
                return self._answer(opened, table, Change(), fitted=False)
            change = table_change(table, self._texts(assets))
        except SpoiltTable:
            return self._rebuild(assets, version)
        drift = _drift(current, change, version)
        if current.changed_since + drift > self._rules.refit_share * max(1, current.fitted_texts):
            return self._rebuild(assets, version)
        return self._update(opened, assets, version, change, drift)

    def standing(self, version: str) -> Refreshed | None:
        """The table where it says what projection `version` says, None where refresh() would have to write.

        Needs no lock; the table itself is opened when something is asked of it.
        """
        current = self._current()
        if current is None or current.projection != version or current.dirty:
            return None
        try:
            mined, generation = standing_generation(self._folder, current)
        except SpoiltTable:
            return None
        self._learn(mined)
        table = TableWhenAsked(self._path(current.generation))
        return self._answer(OpenedTable(current, mined, generation, table), table, Change(), fitted=False)

    def encoder(self, table: Refreshed) -> Encoder:
        """For needs, in the space of the table's rows."""
        asked = None if isinstance(self._terms, LsaFit) else self._terms
        words = StaticEncoder(table.space, share=table.lexicon.share, unknown=asked)
        return WholeTextEncoder(self._whole, words, of_needs=True) if self._whole else words

    def _row_encoder(self, space: StaticSpace) -> Encoder:
        words = StaticEncoder(space, share=self._lexicon.share)
        return WholeTextEncoder(self._whole, words, of_needs=False) if self._whole else words

    def _opened(self) -> OpenedTable | None:
        """The generation that is read, None where it cannot serve: it must be made anew."""
        current = self._current()
        if current is None:
            return None
        try:
            opened = opened_generation(self._folder, current)
            self._learn(opened.mined)
            size = vector_size(opened.table)
        except SpoiltTable:
            return None
        return opened if size == self._row_encoder(opened.generation.space).dimensions else None

    # -- update ----------------------------------------------------------------------------------------------

    def _update(self, opened: OpenedTable, assets: Path, version: str, change: Change, drift: int) -> Refreshed:
        """Space and statistics of words stay those of the fit: what a text scores does not hang on when it came.

        drift: how many texts came, changed or went. Rows are taken out before others are put in.
        """
        current, table = opened.current, opened.table
        path = self._path(current.generation)
        if change.any:
            write_current(self._folder, replace(current, dirty=True))
        for named in named_rows(np.array(sorted(change.removed | change.doubled), np.int64)):
            table.delete(named)
        self._merge(table, assets, opened.generation.space, change)
        if change.any:
            settle(path / f"{TABLE}.lance")
        after = replace(
            current,
            projection=version,
            changed_since=current.changed_since + drift,
            rows=table.count_rows(),
            dirty=False,
        )
        write_current(self._folder, after)
        if self._waiting and change.any:
            self._waiting(waiting_rows(table), after.rows)
        return self._answer(replace(opened, current=after), table, change, fitted=False)

    def _merge(self, table: Any, assets: Path, space: StaticSpace, change: Change) -> None:
        """Write new and changed rows."""
        encoder = self._row_encoder(space)
        cutter = BlockCutter(self._lexicon)
        written = change.added | change.changed | change.doubled
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

    def gap(self, assets: Path | None, version: str) -> Gap:
        """What the table lacks of the projection, without writing (table_gap)."""
        openings = self._lexicon.rules.openings
        return table_gap(self._folder, self._recipe, self._models.__eq__, assets, version, openings)

    def repair(self, assets: Path, version: str, *, rewrite: bool = False) -> Refreshed:
        """Close the gap row by row, whatever current.json says. rewrite: write every row anew, in the same space.

        Versions of rows are compared, not what rows hold: only a rewrite mends what was changed behind a version. A
        table of which a file cannot be read is made anew, space and all.
        """
        opened = self._opened()
        if opened is None:
            return self._rebuild(assets, version)
        path = self._path(opened.current.generation)
        try:
            change = table_change(opened.table, self._texts(assets))
            with readable(path):
                waiting_rows(opened.table)  # an index that cannot be read would stop the compaction
        except SpoiltTable:
            return self._rebuild(assets, version)
        drift = _drift(opened.current, change, version)
        if rewrite:
            every = frozenset(text.asset_id for block in self._texts(assets) for text in block)
            change = replace(change, changed=every - change.added - change.doubled)
        if rewrite or columns_state(path, version) is ColumnsState.SPOILT:
            drop_columns(path)
        return self._update(opened, assets, version, change, drift)

    def compact(self, at: str) -> Compacted | None:
        """Take rows that came since into the index of words and drop what nobody reads. at: the moment, ISO 8601.

        Readers go on meanwhile with the state they opened. A compaction in the background is asked to give way.
        """
        current = self._current()
        if current is None:
            return None
        write_current(self._folder, current)
        return compact(self._folder, at) if wait_for_compaction(self._folder, GIVEN_WAY) else None

    # -- rebuild ---------------------------------------------------------------------------------------------

    def _rebuild(self, assets: Path, version: str) -> Refreshed:
        total = pq.read_metadata(assets).num_rows
        before = self._kept_until_now()
        drop_generations(self._folder, keep=before)
        count = self._processes or processes_for(total, len(os.sched_getaffinity(0)))
        with CutProcesses(self._untaught, count) as cutters:
            mined = self._mined(cutters, assets, total)
            self._learn(mined)
            generation = new_name()
            path = self._path(generation)
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
        clusters = self._fitted_clusters(table, space, counts.texts)
        save_clusters(path, clusters)
        shutil.rmtree(spill)
        seal_generation(path)
        after = Current(
            generation,
            self._recipe,
            version,
            counts.texts,
            0,
            dirty=False,
            terms=digest(mined),
            rows=counts.texts,
            models=self._models,
        )
        write_current(self._folder, after)
        for other in before:
            drop_columns(self._path(other))
        opened = OpenedTable(after, mined, Generation(space, counts, clusters), table)
        return self._answer(opened, table, Change(added=frozenset(range(counts.texts))), fitted=True)

    def _kept_until_now(self) -> list[str]:
        """Generations that somebody may have opened: they stay until the one after the next is made."""
        current = read_current(self._folder)
        return [current.generation] if current else whole_generations(self._folder)

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

    def _current(self) -> Current | None:
        """What current.json says, None where the table was not made with what this builder makes one with."""
        current = read_current(self._folder)
        if current is None or current.recipe != self._recipe or current.models != self._models:
            return None
        return current

    def _path(self, generation: str) -> Path:
        return self._folder / generation

    def _answer(self, opened: OpenedTable, table: Any, change: Change, *, fitted: bool) -> Refreshed:
        space, counts = opened.generation.space, opened.generation.counts
        words = WordTable(counts.texts, counts.mean_words, counts.in_texts, self._lexicon.share)
        known = self._whole.space if self._whole else space.id
        return Refreshed(
            LanceIndex(table, known, words, opened.generation.clusters),
            space,
            counts,
            opened.current.rows,
            len(change.added),
            len(change.changed) + len(change.doubled),
            len(change.removed),
            fitted,
            self._lexicon,
            opened.current.generation,
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
