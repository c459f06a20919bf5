"""Agency: for each event, who acts, who is acted on, in which grammatical voice, and in whose telling."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from .. import entities, nlp, schema, whose_words
from . import clauses, layout, senses, verbs
from .clauses import Token
from .verbs import Entry

LONGEST_SENTENCE = 150  # tokens; what a parse of a longer one says is not to be relied on

_NEVER_PART = ("nsubj", "nsubjpass", "conj", "agent", "aux")
_AIMED = ("at", "on", "upon", "into", "against")
_RAISING = frozenset("allege believe claim deem expect know presume report rumour say suppose suspect think".split())
_DONE_TO = ("force", "harm", "obstruction", "aid")
_NATIONAL = re.compile(r"(?:an|ish|ese|i|ench|utch)$")


@dataclass(frozen=True)
class Event:
    """An event as the parse shows it, before parties and voices are looked up."""

    token: Token
    words: tuple[Token, ...]
    label: str
    entry: Entry
    voice: str
    agent: Token | None
    patient: Token | None
    negated: bool


def _lemma(token: Token, prefix: str) -> str:
    return f"{prefix}{token.lemma_}".lower()


def _aims_at_nothing(prep: Token) -> bool:
    """True for the preposition of "on Wednesday", which is no part of "fire on"."""
    governed = clauses.child(prep, "pobj")
    return governed is not None and not senses.is_target(governed)


def _words_below(verb: Token, wanted: tuple[str, ...]) -> tuple[Token, ...] | None:
    """The words of an entry that hang on the verb, on its object, or on one another; None where one is wanting."""
    found: list[Token] = []
    for word in wanted:
        thing = clauses.child(verb, "dobj") or clauses.hidden_object(verb)
        holders = (verb, *found, *([thing] if thing is not None else []))
        near = (*([thing] if thing is not None else []), *(c for holder in holders for c in holder.children))
        below = (c for c in near if word in (c.text.lower(), c.lemma_.lower()))
        fits = next(
            (c for c in below if c.dep_ not in _NEVER_PART and c not in found and not _aims_at_nothing(c)), None
        )
        if fits is None:
            return None
        found.append(fits)
    return tuple(found)


def _candidates(verb: Token, prefix: str) -> Iterator[tuple[Entry, tuple[Token, ...]]]:
    """The entries of the verb list that fit, the longest first, with the words each takes besides the verb."""
    passive = clauses.is_passive(verb)
    for entry in verbs.entries(_lemma(verb, prefix)):
        words = _words_below(verb, entry.words[1:])
        if words is None:
            continue
        stranded = bool(words) and words[-1].dep_ == "prep" and _governed(words) is None
        if _particles(verb, words) and not words:
            break  # "back off" is not "back"
        if not stranded or passive:  # nothing stands behind the preposition of "was shot at"
            yield entry, words
    yield verbs.UNLISTED, ()


def _particles(verb: Token, words: tuple[Token, ...]) -> list[str]:
    """The particles that belong to the verb and are not yet in its entry: "up" of "walked up"."""
    return [c.text.lower() for c in verb.children if c.dep_ == "prt" and c not in words]


def _event_noun(token: Token, prefix: str = "") -> Entry | None:
    """The entry of an event noun, "air strike" before "strike"; None for other words."""
    if token.pos_ not in ("NOUN", "PROPN") or token.dep_ in ("compound", "nmod") or senses.is_month(token):
        return None
    lemma = _lemma(token, prefix)
    both = verbs.noun(" ".join([*(word.lemma_.lower() for word in _modifier(token)), lemma]))
    return both or verbs.noun(lemma)


def _modifier(noun: Token) -> tuple[Token, ...]:
    """The word right before a noun that belongs to it: "air" of "air strike"."""
    return tuple(c for c in noun.children if c.dep_ in ("compound", "amod") and c.i == noun.i - 1)


def _negated(verb: Token, *roles: Token | None) -> bool:
    """True for "did not fire", "no shots were fired", "without firing"."""
    if any(c.dep_ == "neg" for c in verb.children) or (verb.dep_ == "pcomp" and verb.head.text.lower() == "without"):
        return True
    return any(_is_none(role) for role in roles if role is not None)


def _is_none(token: Token) -> bool:
    alone = token.text.lower() in ("nobody", "none", "nothing")
    return alone or any(c.text.lower() in ("no", "neither") and c.dep_ == "det" for c in token.children)


def _verb_event(verb: Token, prefix: str) -> Event | None:
    subject = clauses.subject(verb)
    passive = clauses.is_passive(verb)
    roles = _passive if passive else _active
    for entry, words in _candidates(verb, prefix):
        voice, agent, patient = roles(verb, entry, words, subject)
        if senses.holds(entry, patient, passive):
            break
    if not passive and ("state" in entry.notes or ("result" in entry.notes and clauses.told_result(verb) is not None)):
        return None
    label = " ".join([*(entry.words or (_lemma(verb, prefix),)), *_particles(verb, words)])
    return Event(verb, words, label, entry, voice, agent, patient, _negated(verb, agent, patient))


Roles = tuple[str, Token | None, Token | None]


def _passive(verb: Token, entry: Entry, words: tuple[Token, ...], subject: Token | None) -> Roles:
    by = clauses.by_agent(verb)
    voice = "passive_agentless" if by is None else "passive"
    raised = verb.lemma_ in _RAISING and clauses.child(verb, "xcomp") is not None  # "is reported to have been killed"
    patient = None if raised else subject
    if "sequence" in entry.notes and by is not None and by.lemma_.lower() not in senses.COLLECTIVES:
        by = None  # "was followed by airstrikes": an event, nobody's deed
    if "support" in entry.notes and patient is not None and _event_noun(patient):
        patient = _noun_patient(patient)
    target = _governed(words)
    return voice, by, target if target is not None and words[-1].text.lower() in _AIMED else patient


def _active(verb: Token, entry: Entry, words: tuple[Token, ...], subject: Token | None) -> Roles:
    if "suffers" in entry.notes:
        return "patient_subject", _inflicted_by(verb, words), subject
    thing = next((o for o in (clauses.objects(verb),) if o is not None and o not in words), None)
    if thing is None and entry.verb_class in _DONE_TO:
        thing = clauses.left_out_object(verb)
    happening = "happens" in entry.notes or (subject is not None and _event_noun(subject) and not entry.verb_class)
    if happening and thing is None and _governed(words) is None:
        return "intransitive", None, subject
    if "sequence" in entry.notes:
        return "active", None, thing
    if "support" in entry.notes and thing is not None and _event_noun(thing):
        return "active", subject, _noun_patient(thing)
    target = None if "means" in entry.notes else _governed(words)
    if target is None and thing is None and "result" in entry.notes:
        target = next((word for word in words if clauses.child(word, "nummod")), None)  # "left three dead"
    return "active", subject, target if target is not None else thing


def _governed(words: tuple[Token, ...]) -> Token | None:
    """What the last word governs, where it is a preposition: of "fire at the crowd", the crowd."""
    if not words or words[-1].dep_ != "prep":
        return None
    return clauses.child(words[-1], "pobj")


def _inflicted_by(verb: Token, words: tuple[Token, ...]) -> Token | None:
    """Who acts in "came under fire from rebels" and "came under rebel attack"."""
    for holder in (*words, verb):
        source = clauses.preposition(holder, "from", "by")
        if source is not None and not senses.is_time(source):
            return source
    return next((actor for noun in words for actor in [_actor(noun)] if actor is not None), None)


def _noun_event(noun: Token, entry: Entry, prefix: str) -> Event:
    mutual, undergone = "mutual" in entry.notes, "patient" in entry.notes
    owner = None if mutual else _actor(noun)
    by = clauses.by_agent(noun) or clauses.preposition(noun, "by")
    agent = by if by is not None or undergone else owner
    patient = None if mutual else _noun_patient(noun) or (owner if undergone else None)
    double = len(entry.words) > 1
    label = " ".join(entry.words) if double else _lemma(noun, prefix)
    return Event(noun, _modifier(noun) if double else (), label, entry, "nominalised", agent, patient, _is_none(noun))


def _noun_patient(noun: Token) -> Token | None:
    """Whom a noun's event befalls: "the killing of a boy", "strikes on a village"."""
    for prep in (*noun.children, *noun.head.children, *noun.head.head.children):
        beside = prep.head.i == noun.i or (prep.i == noun.i + 1)  # a phrase the parse hung one step too high
        if prep.dep_ == "prep" and beside and prep.text.lower() in ("of", "on", "against", "upon"):
            governed = clauses.child(prep, "pobj")
            if governed is not None and not senses.is_time(governed):
                return governed
    return None


def _actor(noun: Token) -> Token | None:
    """Who a possessive or modifier names: "Israel's attack", "U.S. airstrikes", "Russian mediation", "police raid"."""
    for c in noun.children:
        if c.dep_ == "poss" or (c.dep_ in ("compound", "amod", "nmod") and _names_people(c)):
            return None if senses.is_time(c) else c
    return None


def _names_people(token: Token) -> bool:
    if token.pos_ == "ADJ" or token.tag_ == "JJ":
        return token.text[:1].isupper() and bool(_NATIONAL.search(token.text)) and "-" not in token.text
    bare = token.text.replace(".", "")
    return (bare.isupper() and len(bare) > 1) or token.lemma_.lower() in senses.COLLECTIVES


def events(sentence: nlp.ParsedSentence, at_work: bool | None = None) -> Iterator[Event]:
    """The events of one sentence, in the order of the text; the noun of "opened fire" is no second event.

    `at_work`: the words around tell of a dispute about work, where a strike is no force; None where they tell nothing.
    """
    taken: set[int] = set()
    found = []
    for token in sentence.doc:
        if clauses.is_verb(token):
            event = _verb_event(token, clauses.prefix(token))
            if event is not None:
                found.append(event)
                taken |= {word.i for word in event.words}
    for token in sentence.doc:
        entry = _event_noun(token, clauses.prefix(token))
        if entry is not None and token.i not in taken:
            found.append(_noun_event(token, entry, clauses.prefix(token)))
    for event in sorted(found, key=lambda event: event.token.i):
        work = senses.is_worker(event.agent) if at_work is None else at_work
        yield _of_work(event) if work else event


def _of_work(event: Event) -> Event:
    """The event as it is meant in a labour dispute: a strike or a walkout is no force and no movement."""
    if "labour" in event.entry.notes and event.patient is None:
        return replace(event, entry=replace(event.entry, verb_class=None))
    return event


class _Reader:
    """Turns the events of one article into rows: words, parties, and who says so."""

    def __init__(self, voices: whose_words.Voices, referents: entities.Phrases) -> None:
        self._voices = voices
        self._referents = referents
        self._speakers = [q for q in voices.quotes if q["speaker_start"] is not None]
        self._barriers = layout.barriers(voices.text)
        self._balance = [senses.balance(sentence.doc) for sentence in nlp.parse(voices.text)]
        self._balance_of_all = max(sum(self._balance), 0)

    def rows(self, sentence: nlp.ParsedSentence) -> Iterator[dict[str, Any]]:
        """The agency rows of one sentence; what is not the article's is left out."""
        said = self._balance[sentence.number] or self._balance_of_all
        for event in events(sentence, said > 0 if said else None):
            if not self._voices.skipped(sentence.start + event.token.idx):
                yield self._row(sentence, event)

    def _row(self, sentence: nlp.ParsedSentence, event: Event) -> dict[str, Any]:
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

    def _part(self, sentence: nlp.ParsedSentence, token: Token) -> int:
        """The number of the stretch of text that a word stands in, between what the layout parts."""
        return bisect_right(self._barriers, sentence.start + token.idx)

    def _beside(self, sentence: nlp.ParsedSentence, event: Token, role: Token | None) -> Token | None:
        """The role, where it stands in one stretch with its event; else who stands in its place there."""
        if role is None:
            return None
        instead = (c for c in (*role.children, *role.head.children) if c.dep_ in ("appos", role.dep_))
        for token in (role, *instead):
            if self._part(sentence, token) == self._part(sentence, event):
                return None if self._voices.skipped(sentence.start + token.idx) else token
        return None

    def _role(self, sentence: nlp.ParsedSentence, token: Token | None) -> tuple[str | None, str | None]:
        """The words for an agent or patient and its party; a speaker's pronoun becomes the speaker."""
        if token is None:
            return None, None
        doc = sentence.doc
        first, last = self._extent(sentence, token)
        words = doc.text[doc[first].idx : doc[last].idx + len(doc[last].text)]
        written = " ".join(words.split())
        place = sentence.start + token.idx
        for quote in self._speakers:
            if quote["speaker_start"] <= place < quote["speaker_end"] and quote["speaker"]:
                who = quote["speaker"] if token.pos_ == "PRON" else written
                return who, quote["party"] or self._party(words, len(words))
        head = min(max(clauses.named(token).i, token.i), last)
        return written, self._party(words, doc[head].idx + len(doc[head].text) - doc[first].idx)

    def _extent(self, sentence: nlp.ParsedSentence, token: Token) -> tuple[int, int]:
        """First and last token of a phrase, as far as it stands in one stretch of the text."""
        first, last = clauses.extent(token)
        here = self._part(sentence, token)
        while self._part(sentence, sentence.doc[first]) < here:
            first += 1
        while self._part(sentence, sentence.doc[last]) > here:
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
    Sentences longer than 150 tokens and articles in another language than English are left out and counted in the
    notes.
    """
    phrases = entities.Phrases(entities.referent_table(referents), "phrase")
    rows: list[dict[str, Any]] = []
    long = 0
    for voices in nlp.progress(whose_words.voices(articles, quotes), "agency", len(articles)):
        reader = _Reader(voices, phrases)
        for sentence in nlp.parse(voices.text):
            if len(sentence.doc) > LONGEST_SENTENCE:
                long += 1
                continue
            rows.extend(reader.rows(sentence))
    return schema.table(rows, "agency", [*whose_words.left_out(articles, quotes), *_notes(rows, long)])


def _notes(rows: list[dict[str, Any]], long: int) -> list[str]:
    notes = []
    if negated := sum(row["negated"] for row in rows):
        notes.append(f"Events that are said not to have happened (column negated): {negated} of {len(rows)}.")
    if long:
        notes.append(f"Sentences of more than {LONGEST_SENTENCE} words, left out of the agency table: {long}.")
    return notes
