"""Every bench says its figures in one form."""

import json

import pytest
from bench.report import Figure, Once, Reference, Report, as_json, as_table, main

pytestmark = pytest.mark.unit

MACHINE = {"cores": 2}
COST = Figure(
    name="answered",
    value=1.50004,
    unit="CPU-ms a call",
    reference=Reference(what="a bare loop", value=0.5),
    goal="≤ 2.0",
    once=Once(what="Asterisk", low=1.6, high=2.3),
)
LOSS = Figure(name="lost", value=0.0, unit="of 1", reference=Reference(what="a bare loop", value=0.0))


def test_a_figure_stands_beside_its_reference_and_their_ratio() -> None:
    told = json.loads(json.dumps(as_json("sip", MACHINE, Report(figures=[COST], facts={"calls": 3000}))))

    assert (told["bench"], told["machine"], told["facts"]) == ("sip", MACHINE, {"calls": 3000})
    assert told["commit"]
    (figure,) = told["figures"]
    assert figure == {
        "name": "answered",
        "value": 1.5,
        "unit": "CPU-ms a call",
        "reference": {"what": "a bare loop", "value": 0.5},
        "ratio": 3.0,
        "goal": "≤ 2.0",
        "measured_once": {"what": "Asterisk", "low": 1.6, "high": 2.3},
    }


def test_beside_a_reference_of_nothing_there_is_no_ratio() -> None:
    assert LOSS.ratio is None
    told = json.loads(json.dumps(as_json("media", MACHINE, Report(figures=[LOSS]))))
    assert told["figures"][0]["ratio"] is None


def test_the_table_has_a_line_a_figure_and_names_what_was_measured_once() -> None:
    head, cost, once, loss, facts = as_table(
        "sip", MACHINE, Report(figures=[COST, LOSS], facts={"calls": 3000})
    )

    assert head.startswith("sip · commit ")
    assert " ".join(cost.split()) == "answered 1.5 CPU-ms a call ≤ 2.0 × 3 0.5 a bare loop"
    assert once.strip() == "measured once: 1.6–2.3 Asterisk"
    assert "–" in loss.split()
    assert facts == "  calls 3000"


def test_what_is_wrong_is_said_below_the_figures_and_the_bench_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["bench", "--json"])

    with pytest.raises(SystemExit) as failed:
        main(lambda: Report(figures=[COST], wrong=["a leg is left"]))

    assert failed.value.code == 1
    told = capsys.readouterr()
    assert "WRONG: a leg is left" in told.err
    last = json.loads(told.out.splitlines()[-1])
    assert last["wrong"] == ["a leg is left"]
    assert [figure["name"] for figure in last["figures"]] == ["answered"]
