"""The events of a sentence: which words tell one, in which voice, who acts and who is acted on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..nlp import Sentence, Word
from . import adjuncts, clauses, senses, verbs
from .verbs import Entry

_NEVER_PART = ("nsubj", "nsubjpass", "conj", "agent", "aux")
_AIMED = ("at", "on", "upon", "into", "against")
_BEFALLS = ("of", "on", "against", "upon")
_RAISING = frozenset("allege believe claim deem expect know presume report rumour say suppose suspect think".split())
_DONE_TO = ("force", "harm", "obstruction", "aid")
_NATIONAL = re.compile(r"(?:an|ish|ese|i|ench|utch)$")


@dataclass(frozen=True)
class Event:
    """An event as the parse shows it, before parties and voices are looked up."""

    token: Word
    words: tuple[Word, ...]
    label: str
    entry: Entry
    voice: str
    agent: Word | None
    patient: Word | None
    negated: bool


def _lemma(token: Word, prefix: str) -> str:
    return f"{prefix}{token.lemma_}".lower()


def _aims_at_nothing(prep: Word) -> bool:
    """True for the preposition of "on Wednesday", which is no part of "fire on"."""
    governed = clauses.child(prep, "pobj")
    return governed is not None and not adjuncts.is_target(governed)


def _words_below(verb: Word, wanted: tuple[str, ...]) -> tuple[Word, ...] | None:
    """The words of an entry that hang on the verb, on its object, or on one another; None where one is wanting."""
    found: list[Word] = []
    for word in wanted:
        thing = clauses.child(verb, "dobj") or clauses.hidden_object(verb)
        things = clauses.with_joined(thing) if thing is not None else []
        near = (*things[:1], *(c for holder in (verb, *found, *things) for c in holder.children))
        below = (c for c in near if word in (c.text.lower(), c.lemma_.lower()))
        fits = next(
            (c for c in below if c.dep_ not in _NEVER_PART and c not in found and not _aims_at_nothing(c)), None
        )
        if fits is None:
            return None
        found.append(fits)
    return tuple(found)


def _candidates(verb: Word, prefix: str, passive: bool) -> Iterator[tuple[Entry, tuple[Word, ...]]]:
    """The entries of the verb list that fit, the longest first, with the words each takes besides the verb."""
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


def _particles(verb: Word, words: tuple[Word, ...]) -> list[str]:
    """The particles that belong to the verb and are not yet in its entry: "up" of "walked up"."""
    return [c.text.lower() for c in verb.children if c.dep_ == "prt" and c not in words]


def _event_noun(token: Word, prefix: str = "") -> Entry | None:
    """The entry of an event noun, "air strike" before "strike"; None for other words."""
    if token.pos_ not in ("NOUN", "PROPN") or token.dep_ in ("compound", "nmod") or adjuncts.is_month(token):
        return None
    lemma = _lemma(token, prefix)
    if not verbs.ends_noun(lemma):
        return None
    both = verbs.noun(" ".join([*(word.lemma_.lower() for word in _modifier(token)), lemma]))
    return both or verbs.noun(lemma)


def _modifier(noun: Word) -> tuple[Word, ...]:
    """The word right before a noun that belongs to it: "air" of "air strike"."""
    return tuple(c for c in noun.children if c.dep_ in ("compound", "amod") and c.i == noun.i - 1)


def _negated(verb: Word, *roles: Word | None) -> bool:
    """True for "did not fire", "no shots were fired", "without firing"."""
    if any(c.dep_ == "neg" for c in verb.children) or (verb.dep_ == "pcomp" and verb.head.text.lower() == "without"):
        return True
    return any(_is_none(role) for role in roles if role is not None)


def _is_none(token: Word) -> bool:
    alone = token.text.lower() in ("nobody", "none", "nothing")
    return alone or any(c.text.lower() in ("no", "neither") and c.dep_ == "det" for c in token.children)


def _verb_event(verb: Word, prefix: str) -> Event | None:
    subject = clauses.subject(verb)
    passive = clauses.is_passive(verb)
    roles = _passive if passive else _active
    for entry, words in _candidates(verb, prefix, passive):
        voice, agent, patient = roles(verb, entry, words, subject)
        if senses.holds(entry, patient, passive):
            break
    if not passive and ("state" in entry.notes or ("result" in entry.notes and clauses.told_result(verb) is not None)):
        return None
    label = " ".join([*(entry.words or (_lemma(verb, prefix),)), *_particles(verb, words)])
    return Event(verb, words, label, entry, voice, agent, patient, _negated(verb, agent, patient))


Roles = tuple[str, Word | None, Word | None]


def _passive(verb: Word, entry: Entry, words: tuple[Word, ...], subject: Word | None) -> Roles:
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


def _active(verb: Word, entry: Entry, words: tuple[Word, ...], subject: Word | None) -> Roles:
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


def _governed(words: tuple[Word, ...]) -> Word | None:
    """What the last word governs, where it is a preposition: of "fire at the crowd", the crowd."""
    if not words or words[-1].dep_ != "prep":
        return None
    return clauses.child(words[-1], "pobj")


def _inflicted_by(verb: Word, words: tuple[Word, ...]) -> Word | None:
    """Who acts in "came under fire from rebels" and "came under rebel attack"."""
    for holder in (*words, verb):
        source = clauses.preposition(holder, "from", "by")
        if source is not None and not adjuncts.is_time(source):
            return source
    return next((actor for noun in words for actor in [_actor(noun)] if actor is not None), None)


def _noun_event(noun: Word, entry: Entry, prefix: str) -> Event:
    mutual, undergone = "mutual" in entry.notes, "patient" in entry.notes
    owner = None if mutual else _actor(noun)
    by = clauses.by_agent(noun) or clauses.preposition(noun, "by")
    befallen = None if mutual else _noun_patient(noun, ("of",) if undergone else _BEFALLS)
    alone = undergone and befallen is None  # "his arrest", but "his arrest of the clerk"
    agent = by if by is not None or alone else owner
    patient = owner if alone else befallen
    double = len(entry.words) > 1
    label = " ".join(entry.words) if double else _lemma(noun, prefix)
    return Event(noun, _modifier(noun) if double else (), label, entry, "nominalised", agent, patient, _is_none(noun))


def _noun_patient(noun: Word, links: tuple[str, ...] = _BEFALLS) -> Word | None:
    """Whom a noun's event befalls: "the killing of a boy", "strikes on a village"."""
    for prep in (*noun.children, *noun.head.children, *noun.head.head.children):
        beside = prep.head.i == noun.i or (prep.i == noun.i + 1)  # a phrase the parse hung one step too high
        if prep.dep_ == "prep" and beside and prep.text.lower() in links:
            governed = clauses.child(prep, "pobj")
            if governed is not None and not adjuncts.is_time(governed):
                return governed
    return None


def _actor(noun: Word) -> Word | None:
    """Who a possessive or modifier names: "Israel's attack", "U.S. airstrikes", "Russian mediation", "police raid"."""
    for c in noun.children:
        if c.dep_ == "poss" or (c.dep_ in ("compound", "amod", "nmod") and _names_people(c)):
            return None if adjuncts.is_time(c) else c
    return None


def _names_people(token: Word) -> bool:
    if token.pos_ == "ADJ" or token.tag_ == "JJ":
        return token.text[:1].isupper() and bool(_NATIONAL.search(token.text)) and "-" not in token.text
    bare = token.text.replace(".", "")
    return (bare.isupper() and len(bare) > 1) or token.lemma_.lower() in senses.COLLECTIVES


def events(sentence: Sentence, at_work: bool | None = None) -> Iterator[Event]:
    """The events of one sentence, in the order of the text; the noun of "opened fire" is no second event.

    `at_work`: the words around tell of a dispute about work, where a strike is no force; None where they tell nothing.
    """
    taken: set[int] = set()
    found = []
    for token in sentence.words:
        if clauses.is_verb(token):
            event = _verb_event(token, clauses.prefix(token))
            if event is not None:
                found.append(event)
                taken |= {word.i for word in event.words}
    for token in sentence.words:
        if token.pos_ in ("NOUN", "PROPN") and token.i not in taken:
            prefix = clauses.prefix(token)
            entry = _event_noun(token, prefix)
            found += [_noun_event(token, entry, prefix)] if entry is not None else []
    for event in sorted(found, key=lambda event: event.token.i):
        work = senses.is_worker(event.agent) if at_work is None else at_work
        yield _of_work(event) if work else event


def _of_work(event: Event) -> Event:
    """The event as it is meant in a labour dispute: a strike or a walkout is no force and no movement."""
    if "labour" in event.entry.notes and event.patient is None:
        return replace(event, entry=replace(event.entry, verb_class=None))
    return event
