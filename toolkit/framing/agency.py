"""Agency: for each event, who acts, who is acted on, in which grammatical voice, and in whose telling."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from .. import entities, nlp, schema, whose_words
from ..grammar import clauses, foreign, layout, senses
from ..grammar.events import Event, events
from ..nlp import Sentence, Word

LONGEST_SENTENCE = 150  # tokens; what a parse of a longer one says is not to be relied on

_FIRST_PERSON = ("i", "me", "my", "we", "us", "our")


class _Reader:
    """Turns the events of one article into rows: words, parties, and who says so."""

    def __init__(self, voices: whose_words.Voices, referents: entities.Phrases) -> None:
        self._voices = voices
        self._referents = referents
        self._speakers = [q for q in voices.quotes if q["speaker_start"] is not None]
        self._barriers = layout.barriers(voices.text)
        self.sentences = nlp.parse(voices.text)
        self._balance = [senses.balance(sentence.words) for sentence in self.sentences]
        self.foreign = 0
        self._balance_of_all = max(sum(self._balance), 0)

    def rows(self, sentence: Sentence) -> Iterator[dict[str, Any]]:
        """The agency rows of one sentence; what is not the article's is left out."""
        said = self._balance[sentence.number] or self._balance_of_all
        unread = self._unread(sentence)
        self.foreign += bool(unread)
        for event in events(sentence, said > 0 if said else None):
            place = sentence.start + event.token.idx
            if not self._voices.skipped(place) and not any(start <= place < end for start, end in unread):
                yield self._row(sentence, event)

    def _unread(self, sentence: Sentence) -> list[tuple[int, int]]:
        """The stretches of a sentence that are in another language."""
        if not foreign.may_be_foreign(word.text for word in sentence.words):
            return []
        here = (s for s in self._voices.stretches() if s.sentence == sentence.number)
        return [(s.start, s.end) for s in here if foreign.is_foreign(self._voices.text[s.start : s.end])]

    def _row(self, sentence: Sentence, event: Event) -> dict[str, Any]:
        first = min([event.token, *(w for w in event.words if w.i == event.token.i - 1)], key=lambda token: token.i)
        start = sentence.start + first.idx - len(clauses.prefix(first))
        end = sentence.start + clauses.run_end(event.token, event.words)
        origin = whose_words.origin(self._voices.article, *self._voices.at(start, end))
        actor, sufferer = (self._beside(sentence, event.token, role) for role in (event.agent, event.patient))
        agent, agent_party = self._role(sentence, actor)
        patient, patient_party = self._role(sentence, sufferer)
        lost = event.voice == "passive" and event.agent is not None and actor is None
        return {
            **origin,
            "sentence": sentence.number,
            "verb": event.label,
            "start": start,
            "end": end,
            "verb_class": event.entry.verb_class,
            "voice": "passive_agentless" if lost else event.voice,
            "agent": agent,
            "patient": patient,
            "agent_party": agent_party,
            "patient_party": patient_party,
            "negated": event.negated,
        }

    def _part(self, sentence: Sentence, token: Word) -> int:
        """The number of the stretch of text that a word stands in, between what the layout parts."""
        return bisect_right(self._barriers, sentence.start + token.idx)

    def _beside(self, sentence: Sentence, event: Word, role: Word | None) -> Word | None:
        """The role, where it stands in one stretch with its event; else who stands in its place there."""
        if role is None:
            return None
        instead = (c for c in (*role.children, *role.head.children) if c.dep_ in ("appos", role.dep_))
        for token in (role, *instead):
            if self._part(sentence, token) == self._part(sentence, event):
                return None if self._voices.skipped(sentence.start + token.idx) else token
        return None

    def _role(self, sentence: Sentence, token: Word | None) -> tuple[str | None, str | None]:
        """The words for an agent or patient and its party; a speaker's pronoun becomes the speaker."""
        if token is None:
            return None, None
        said = sentence.words
        first, last = self._extent(sentence, token)
        end = sentence.start + said[last].idx + len(said[last].text)
        words = self._voices.text[sentence.start + said[first].idx : end]
        written = " ".join(words.split())
        place = sentence.start + token.idx
        own = self._own(token, place)
        for quote in self._speakers:
            if quote["speaker_start"] <= place < quote["speaker_end"] and quote["speaker"]:
                who = quote["speaker"] if token.pos_ == "PRON" else written
                return who, quote["party"] or self._party(words, len(words))
        head = min(max(clauses.named(token).i, token.i), last)
        return written, self._party(words, said[head].idx + len(said[head].text) - said[first].idx) or own

    def _own(self, token: Word, place: int) -> str | None:
        """The side of a speaker who says "we" or "our troops" in quotation marks."""
        owner = clauses.child(token, "poss")
        if (owner if owner is not None else token).text.lower() not in _FIRST_PERSON:
            return None
        whose, quote = self._voices.at(place, place + len(token.text))
        return quote["party"] if quote is not None and whose == "speaker_verbatim" else None

    def _extent(self, sentence: Sentence, token: Word) -> tuple[int, int]:
        """First and last token of a phrase, as far as it stands in one stretch of the text."""
        first, last = clauses.extent(token)
        here = self._part(sentence, token)
        while self._part(sentence, sentence.words[first]) < here:
            first += 1
        while self._part(sentence, sentence.words[last]) > here:
            last -= 1
        return first, last

    def _party(self, words: str, head_end: int) -> str | None:
        """The party of the phrase that stands nearest before the end of the head noun; "anti-X" and "X's" are not X."""
        article = self._voices.article
        whole = self._referents.exact(words, article["outlet"], article["article_id"])
        if whole is not None:
            return str(whole["party"]) or None
        for found in reversed(self._referents.find(words, article["outlet"], article["article_id"])):
            bound = words[found.start - 1 : found.start] == "-" or words[found.end : found.end + 1] in ("-", "'", "’")
            if found.end <= head_end and not bound:
                return str(found.row["party"]) or None
        return None


def find_agency(
    articles: pd.DataFrame, quotes: pd.DataFrame, *, referents: pd.DataFrame | str | Path | None = None
) -> pd.DataFrame:
    """Every event the articles tell: who does what to whom, how the sentence puts it, and in whose words.

    The agency table of `schema.py`, one row an event verb or event noun, in the order of the text. `voice` tells how
    the doer appears: named as subject (active) or in a by-phrase (passive), left out (passive_agentless), not thought
    of ("clashes erupted": intransitive), behind the one who bears it ("came under fire": patient_subject), or folded
    into a noun ("the shooting": nominalised). `referents` (phrase, referent, party) gives the parties.
    Roles are read off the dependency parse; pronouns are resolved only where the parse or the quotes make it sure.
    Orders and appeals ("donate today") tell of no event. Nobody acts across a line that ends a headline, or from a
    dateline or byline. A strike is force by weapons or blows; where the words around are about work, it has no class.
    Sentences longer than 150 tokens, words in another language than English and articles in one are left out and
    counted in the notes.
    """
    phrases = entities.Phrases(entities.referent_table(referents), "phrase")
    rows: list[dict[str, Any]] = []
    counts = Counter[str]()
    for voices in nlp.progress(whose_words.voices(articles, quotes), "agency", len(articles)):
        reader = _Reader(voices, phrases)
        for sentence in reader.sentences:
            if len(sentence.words) > LONGEST_SENTENCE:
                counts["long"] += 1
                continue
            rows.extend(reader.rows(sentence))
        counts["sentences"] += len(reader.sentences)
        counts["foreign"] += reader.foreign
    return schema.table(rows, "agency", [*whose_words.left_out(articles, quotes), *_notes(rows, counts)])


def _notes(rows: list[dict[str, Any]], counts: Counter[str]) -> list[str]:
    """What was not counted: negated events, and the sentences that gave none, by reason."""
    told = len({(row["article_id"], row["sentence"]) for row in rows})
    negated = sum(row["negated"] for row in rows)
    aside = "Sentences with words in another language, which are left out of the agency table: {unread}."
    return [
        schema.Note("Sentences that tell of an event: {told} of {all}.", all=counts["sentences"], told=told),
        schema.Note(
            "Events that are said not to have happened (column negated): {negated} of {all}.",
            negated=negated,
            all=len(rows),
        ),
        schema.Note(
            f"Sentences of more than {LONGEST_SENTENCE} words, left out of the agency table: {{long}}.",
            long=counts["long"],
        ),
        schema.Note(aside, unread=counts["foreign"]),
    ]
