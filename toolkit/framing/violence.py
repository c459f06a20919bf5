"""Who does violence to whom, in whose telling: acts of force and harm, counted by both sides, the doer left out too."""

from __future__ import annotations

import pandas as pd

from .. import schema
from .counting import shares

MEASURE = "share of acts of force and harm"
CLASSES = ("force", "harm")
NOBODY = "nobody named"
OTHERS = "others"
VIOLENCE_COLUMNS = ("telling", "agent", "patient", "events", "articles", "verbs")


def violence(agency: pd.DataFrame, *, by: str = "outlet") -> pd.DataFrame:
    """How often each side is told as doing violence to each other side, for each outlet or other telling.

    One row a telling, agent and patient: the number of events and of articles, and the verbs. `by` is outlet, party,
    speaker or whose_words of the agency table. Agent and patient are sides of the referent table; "others" is somebody
    named who has no side there, "nobody named" a doer left out ("one person was killed", "the shooting") or an act
    without a sufferer. Counted are events of the classes force and harm that are not said not to have happened. A count
    tells how events are put: one shot that is told three times counts three times.
    """
    told = _violent(agency)
    allowed = ("outlet", "party", "speaker", "whose_words")
    if by not in allowed:
        raise schema.InputError(f"Violence cannot be counted by {by!r}; use one of {', '.join(allowed)}.")
    rows = []
    for (telling, agent, patient), events in told.groupby([by, "_agent", "_patient"], sort=True):
        verbs = ", ".join(dict.fromkeys(events["verb"]))
        rows.append((telling, agent, patient, len(events), events["article_id"].nunique(), verbs))
    frame = pd.DataFrame(rows, columns=list(VIOLENCE_COLUMNS))
    return schema.with_notes(frame, _notes(agency, told, by))


def _violent(agency: pd.DataFrame) -> pd.DataFrame:
    """The events of force and harm that are told as having happened, with the sides of doer and sufferer."""
    told = agency[agency["verb_class"].isin(CLASSES) & ~agency["negated"].astype(bool)]
    return told.assign(_agent=_sides(told, "agent"), _patient=_sides(told, "patient"))


def _sides(events: pd.DataFrame, role: str) -> pd.Series[str]:
    return events[f"{role}_party"].fillna(OTHERS).where(events[role].notna(), NOBODY)


def _notes(agency: pd.DataFrame, told: pd.DataFrame, by: str) -> list[str]:
    notes = schema.notes_of(agency)
    if lost := int(told[by].isna().sum()):
        notes.append(f"Events of force and harm without a {by}, left out: {lost} of {len(told)}.")
    return notes


def measure_violence(agency: pd.DataFrame) -> pd.DataFrame:
    """Which share of the acts of force and harm each side does to each other, as measures rows to compare.

    Item is "agent → patient" in the words of `violence`; .3 for "nobody named → villagers" says that in three of ten
    violent events the villagers suffer and the doer is left out. Rows without an item hold the number of events.
    """
    told = _violent(agency)
    told = told.assign(_act=told["_agent"] + " → " + told["_patient"])
    rows = shares(schema.records(told), MEASURE, "_act")
    left = len(agency) - len(told)
    note = "Events of another kind, or negated, left out of the acts of force and harm: {left} of {all}."
    return schema.table(rows, "measures", [*schema.raw_notes(agency), schema.Note(note, all=len(agency), left=left)])
