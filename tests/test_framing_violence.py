"""Who does violence to whom: counted from the agency table, the doer left out as its own category."""

from __future__ import annotations

import pandas as pd
import pytest
from framing_gold import DATA, articles_of, event_articles, event_quotes, no_quotes

from toolkit import schema
from toolkit.framing import find_agency, measure_violence, violence
from toolkit.framing.violence import CLASSES, NOBODY, OTHERS, VIOLENCE_COLUMNS

SIDES = pd.DataFrame(
    [("guards", "guards", "Guards"), ("marchers", "marchers", "Marchers")], columns=["phrase", "referent", "party"]
)


def told(*texts: str) -> dict[tuple[str, str], int]:
    table = violence(find_agency(articles_of(*texts), no_quotes(), referents=SIDES))
    return {(row["agent"], row["patient"]): row["events"] for row in schema.records(table)}


@pytest.mark.parametrize(
    ("text", "agent", "patient"),
    [
        ("The guards beat the marchers.", "Guards", "Marchers"),
        ("The marchers were beaten by the guards.", "Guards", "Marchers"),
        ("The marchers were beaten.", NOBODY, "Marchers"),
        ("The marchers came under fire.", NOBODY, "Marchers"),
        ("Strangers beat the marchers.", OTHERS, "Marchers"),
        ("The guards fired at a cat.", "Guards", OTHERS),
        ("The shooting went on.", NOBODY, NOBODY),
    ],
)
def test_both_sides_of_an_act(text: str, agent: str, patient: str) -> None:
    assert told(text) == {(agent, patient): 1}


def test_only_force_and_harm_that_happened_count() -> None:
    assert told("The guards did not beat the marchers. The guards met the marchers. Guards said so.") == {}


def test_every_act_of_the_example_is_counted_once() -> None:
    agency = find_agency(event_articles(), event_quotes(), referents=DATA / "referents.csv")
    violent = agency[agency["verb_class"].isin(CLASSES) & ~agency["negated"]]
    table = violence(agency)
    assert list(table.columns) == list(VIOLENCE_COLUMNS)
    assert table["events"].sum() == len(violent)
    assert table.groupby("telling")["events"].sum().to_dict() == violent["outlet"].value_counts().to_dict()
    measures = measure_violence(agency)
    assert measures["value"].sum() == measures["n"].sum() == len(violent)


def test_by_party_what_the_outlets_tell_themselves_is_left_out_and_counted() -> None:
    agency = find_agency(articles_of("The guards beat the marchers."), no_quotes(), referents=SIDES)
    table = violence(agency, by="party")
    assert len(table) == 0
    assert "without a party, left out: 1 of 1" in " ".join(schema.notes_of(table))
    with pytest.raises(schema.InputError, match="cannot be counted by 'mood'; use one of outlet, party"):
        violence(agency, by="mood")


def test_an_empty_table_is_borne() -> None:
    agency = find_agency(articles_of("A quiet day."), no_quotes())
    assert len(violence(agency)) == 0
    assert len(measure_violence(agency)) == 0
