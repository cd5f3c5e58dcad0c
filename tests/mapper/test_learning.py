"""Laws of the learned mapper: gradients, the same result every time, files that read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from converter.calibration import Calibration, calibrate
from converter.errors import OptionsError
from converter.mapper.artefact import Mapper, load_mapper, mapper_files
from converter.mapper.evidence import SLOTS, TRAITS, lines_of, text_features
from converter.mapper.explaining import weigh
from converter.mapper.network import CUSTOM, Network, Surroundings, around
from converter.model import (
    Amount,
    Basis,
    Cell,
    Column,
    Instant,
    Measure,
    Row,
    Span,
    Statement,
    StatementColumn,
    StatementKind,
    TableRow,
)
from converter.summing import find_sums
from converter.training.corpus import LabelledFiling, LabelledStatement
from converter.training.learning import Plan, _Batch, _Learner, examples_of, train

_SMALL = Plan(epochs=30, features=8, alone=8, placed=8, again=8, query=8, filings=2, rate=0.02)
_LINES = (
    ("Cash and cash equivalents", 120, "CashAndCashEquivalentsAtCarryingValue"),
    ("Accounts receivable, net", 330, "AccountsReceivableNetCurrent"),
    ("Inventories", 250, "InventoryNet"),
    ("Prepaid lighthouse oil", 20, CUSTOM),
    ("Total current assets", 720, "AssetsCurrent"),
    ("Property, plant and equipment, net", 980, "PropertyPlantAndEquipmentNet"),
    ("Total assets", 1700, "Assets"),
)


def _row(label: str, *numbers: int) -> Row:
    cell = Cell("", Span(1, 0, 0))
    amounts = tuple(Amount(Decimal(n), 0, cell) for n in numbers)
    bare = TableRow((), 0, (), ruled=False)
    return Row(label, 0, (), Measure.MONEY, amounts, label.startswith("Total"), bare)


def _balance_sheet(factor: int = 1) -> Statement:
    columns = tuple(
        StatementColumn(Instant(date(year, 12, 31)), Basis.REPORTED, None, Column(0, ()))
        for year in (2009, 2008)
    )
    rows = tuple(_row(label, n * factor, n * factor) for label, n, _ in _LINES)
    return Statement(StatementKind.BALANCE_SHEET, "", "", "USD", columns, rows)


def _filing(company: str, factor: int = 1) -> LabelledFiling:
    statement = _balance_sheet(factor)
    concepts = tuple(concept for _, _, concept in _LINES)
    labelled = LabelledStatement(statement, find_sums(statement), concepts)
    return LabelledFiling("fsds", company, company, "2911", (labelled,))


@pytest.fixture(scope="module")
def network() -> Network:
    return train([_filing("1"), _filing("2", 3), _filing("3", 1000)], _SMALL)


def test_what_was_learned_is_answered(network: Network) -> None:
    statement = _balance_sheet(7)
    lines = lines_of([(statement, find_sums(statement))], "2911")
    chances = network.probabilities(lines)
    assert np.allclose(chances.sum(axis=1), 1, atol=1e-5)
    best = [network.concepts[n] for n in chances.argmax(axis=1)]
    assert best == [concept for _, _, concept in _LINES]


def test_the_best_are_those_of_the_probabilities(network: Network) -> None:
    lines = lines_of([(_balance_sheet(), find_sums(_balance_sheet()))])
    names, chances = network.best(lines, 3)
    whole = network.probabilities(lines)
    assert (chances[:, :-1] >= chances[:, 1:]).all()
    assert np.allclose(chances, np.take_along_axis(whole, names, 1), atol=1e-5)
    assert (chances[:, 0] == whole.max(axis=1)).all() or np.allclose(
        chances[:, 0], whole.max(axis=1), atol=1e-5
    )


def test_the_same_filings_teach_the_same(network: Network) -> None:
    again = train([_filing("1"), _filing("2", 3), _filing("3", 1000)], _SMALL)
    assert again.concepts == network.concepts
    assert all(
        np.array_equal(a, b) for a, b in zip(again.weights, network.weights, strict=True)
    )


def test_filings_are_judged_alone(network: Network) -> None:
    """What is known of a line comes from its own filing."""
    one, two = _balance_sheet(), _balance_sheet(5)
    alone = network.probabilities(lines_of([(one, find_sums(one))]))
    beside = network.probabilities(lines_of([(two, find_sums(two))]))
    assert alone.shape == beside.shape
    assert not np.array_equal(alone, np.zeros_like(alone))


@pytest.mark.parametrize("name", ["W0", "b0", "W1", "W2", "b2", "Wq", "U", "Q", "b", "E"])
def test_gradients_are_those_of_the_loss(name: str) -> None:
    """A step against the gradient lowers the loss as much as the gradient says."""
    plan = replace(_SMALL, drop=0.0, drop_words=0.0, smoothing=0.0)
    names, examples = examples_of([_filing("1"), _filing("2", 3)])
    seen = np.zeros((4, len(names)), dtype=np.bool_)
    seen[0] = True
    learner = _Learner(names, seen, plan)
    batch = _Batch.of(examples, plan, learner.chance)
    for key, value in learner.w.items():
        learner.w[key] = value.astype(np.float64)
    gradients, _ = learner._gradients(batch)
    gradient = gradients[name]
    rows = learner._moving(batch) if name == "E" else slice(None)
    told = float(np.sqrt((gradient**2).sum()))
    direction, step = gradient / told, 1e-2
    losses = []
    for sign in (1, -1):
        learner.w[name][rows] += sign * step * direction
        losses.append(learner._gradients(batch)[1] / batch.weight)
        learner.w[name][rows] -= sign * step * direction
    assert (losses[0] - losses[1]) / (2 * step) == pytest.approx(told, rel=0.03)


def test_an_artefact_reads_back(network: Network, tmp_path: Path) -> None:
    mapper = Mapper(
        network, Calibration(((0.0, 0.0), (0.5, 0.4), (1.0, 1.0))), (("lines", 21),)
    )
    for file in mapper_files(mapper):
        (tmp_path / file.name).write_bytes(file.data)
    again = load_mapper(tmp_path)
    assert (again.calibration, again.learned) == (mapper.calibration, mapper.learned)
    assert np.array_equal(again.network.seen, network.seen)
    lines = lines_of([(_balance_sheet(), find_sums(_balance_sheet()))])
    assert np.allclose(
        again.network.probabilities(lines), network.probabilities(lines), atol=0.05
    )
    assert mapper_files(mapper) == mapper_files(mapper)


@pytest.mark.parametrize("content", ["{}", "no json", '{"version": 99}'])
def test_a_folder_without_a_mapper_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "mapper.json").write_text(content)
    with pytest.raises(OptionsError, match="mapper"):
        load_mapper(tmp_path)


def test_what_speaks_for_a_concept_is_told(network: Network) -> None:
    lines = lines_of([(_balance_sheet(), find_sums(_balance_sheet()))], "2911")
    weights = weigh(network, lines, 2, ["InventoryNet"])
    assert any('its caption "Inventories"' in one.what and one.worth > 0 for one in weights)
    assert not weigh(network, lines, 2, ["NoSuchConcept"])


def test_what_stands_around_is_weighed_as_if_it_stood_side_by_side() -> None:
    statement = _balance_sheet()
    lines = lines_of([(statement, find_sums(statement)), (statement, find_sums(statement))])
    dice = np.random.default_rng(7)
    own = dice.normal(size=(len(lines), 5)).astype(np.float32)
    weights = dice.normal(size=(5 * (len(SLOTS) + 3), 4)).astype(np.float32)
    padded = np.vstack((own, np.zeros((1, 5), dtype=np.float32)))
    halves = np.repeat([own[:7].mean(axis=0), own[7:].mean(axis=0)], 7, axis=0)
    whole = np.repeat([own.mean(axis=0)], len(lines), axis=0)
    side_by_side = np.hstack((own, padded[lines.slots].reshape(14, -1), halves, whole))
    found = around(own, Surroundings.of(lines), weights)
    assert np.allclose(found, side_by_side @ weights, atol=1e-5)


def test_slots_point_at_lines_or_at_none() -> None:
    statement = _balance_sheet()
    lines = lines_of([(statement, find_sums(statement)), (statement, find_sums(statement))])
    assert lines.slots.shape == (14, len(SLOTS))
    assert lines.traits.shape == (14, TRAITS)
    assert lines.slots.min() >= 0
    assert lines.slots.max() == 14
    assert lines.slots[0, 6] == 4  # cash is added up by total current assets
    assert lines.slots[0, -1] == 7  # and stated again in the second statement


def test_features_do_not_depend_on_how_a_caption_is_printed() -> None:
    assert text_features("Accounts  Receivable, net:") == text_features(
        "accounts receivable net"
    )
    assert text_features("") == ()
    assert list(text_features("Total assets")) == sorted(set(text_features("Total assets")))


def test_calibration_rises_and_is_true_to_what_it_saw() -> None:
    answers = [(n / 4000, n % 4000 > 2000 or n % 7 == 0) for n in range(4000)]
    curve = calibrate(answers)
    values = [curve.true(n / 100) for n in range(101)]
    assert values == sorted(values)
    assert curve.true(0.25) == pytest.approx(1 / 7, abs=0.03)
    assert curve.true(0.9) > 0.95
    assert (curve.true(0.0), curve.true(1.0)) == (0.0, 1.0)
