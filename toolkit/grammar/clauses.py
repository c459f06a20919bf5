"""Clauses as the dependency parse shows them: who is subject, who is object, passive or active, how far a phrase goes.

Labels are those of the English spaCy models (ClearNLP style). Everything here is grammar; which verbs are events, and
what a reader is told about them, is decided in `agency.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..nlp import Word
from . import adjuncts, verbs

SUBJECTS = ("nsubj", "nsubjpass", "csubj", "csubjpass")
_MARKS_PASSIVE = {"auxpass", "nsubjpass", "csubjpass"}
_RESULT_HEADS = ("have", "get", "leave", "want", "need")  # "wants him removed": what somebody wants done
_PERCEIVED = ("see", "hear", "watch", "find")
_CAUSED = ("make", "force", "order", "tell", "ask", "allow", "compel", "urge", "see", "hear", "expect", "require")
_NOWHERE = ("home",)  # "sent home" is parsed like "sent aid"
_BARE_PARTICIPLE = ("acl", "advcl", "acomp", "oprd", "xcomp")
_OBJECT_CONTROL = ("of", "from", "for", "into", "as")  # "accused Russia of violating", "kept them from reaching"
_SUBJECT_CONTROL = ("use", "promise", "need", "take")  # "used force to clear": who used it, clears
_RELATIVES = ("who", "whom", "which", "that")
_ASIDE = ("relcl", "acl", "appos", "advcl", "ccomp", "parataxis", "csubj", "dep")
_NOUN_PLACES = ("nsubj", "nsubjpass", "dobj", "pobj", "attr", "poss")
_BARE_INFINITIVE = ("let", "make", "help", "see", "hear", "watch", "have")  # "helped clear the road"
_QUANTITY_POS = ("NUM", "PRON", "DET")
_QUANTITIES = frozenset("dozen hundred thousand number group series majority lot score pair handful million".split())
_LONGEST_PHRASE = 25
_PREFIXES = ("de", "re", "un", "co", "over", "out", "counter", "cease", "flare", "tear", "mis", "pre")


def child(token: Word, *deps: str) -> Word | None:
    """The first child that stands in one of these relations."""
    return next((c for c in token.children if c.dep_ in deps), None)


def preposition(token: Word, *words: str) -> Word | None:
    """What a preposition below `token` governs: of "fired at the crowd" and "at", the crowd."""
    for prep in token.children:
        if prep.dep_ in ("prep", "agent", "prt") and prep.text.lower() in words:
            governed = child(prep, "pobj")
            if governed is not None:
                return governed
    return None


def is_verb(token: Word) -> bool:
    """True for main verbs, finite or not; not for auxiliaries and participles before a noun ("the damaged ones")."""
    if token.dep_ == "amod":
        return hidden_object(token) is not None
    if token.pos_ != "VERB" or token.dep_ in ("aux", "auxpass", "compound", "prep", "punct"):
        return False
    cut_off = token.text.lower() in _PREFIXES and not token.whitespace_
    if cut_off or not token.text[:1].isalpha():
        return False
    return not (_names_people(token) or _is_order(token) or _is_future(token))


def _names_people(token: Word) -> bool:
    """True for the participle that stands for people: "many of the injured"."""
    return token.tag_ == "VBN" and token.dep_ in _NOUN_PLACES and child(token, "det") is not None


def _is_order(token: Word) -> bool:
    """True for "donate today" and "turn away!": nobody is told to have done it."""
    bare = token.tag_ in ("VB", "VBP") and token.dep_ in ("ROOT", "ccomp", "parataxis", "dep", "conj")
    if not bare or has_subject(token) or child(token, "aux", "mark", "auxpass", "expl") is not None:
        return False
    return _is_order(token.head) if token.dep_ == "conj" else token.head.lemma_ not in _BARE_INFINITIVE


def _is_future(token: Word) -> bool:
    """True for the "going" of "going to talk", which moves nobody."""
    return token.text.lower() == "going" and child(token, "xcomp") is not None


def told_result(verb: Word) -> Word | None:
    """The participle that tells what came of it: "injured" of "left 31 people injured"."""
    thing = child(verb, "dobj")
    counted = thing is not None and (is_quantity(thing) or child(thing, "nummod") is not None)
    behind = thing.children if thing is not None and counted else ()  # not "left the camp held by rebels"
    participles = (c for c in (*verb.children, *behind) if c.tag_ in ("VBN", "VBD") and c.pos_ == "VERB")
    bare = ("oprd", "acomp", "xcomp", "acl")
    return next((c for c in participles if c.dep_ in bare or _is_result(c, {part.dep_ for part in c.children})), None)


def hidden_object(token: Word) -> Word | None:
    """The object of a verb that quotation marks made the parser take for an adjective: troops “returned fire”."""
    noun = token.head
    clause = token.dep_ == "amod" and token.tag_ in ("VBN", "VBD") and noun.pos_ == "NOUN" and noun.dep_ != "attr"
    return noun if clause and child(noun, "nsubj") is not None else None


def is_passive(verb: Word) -> bool:
    """True for the passive: with its auxiliary, bare ("held by rebels"), or shared ("were stopped and searched")."""
    below = {c.dep_ for c in verb.children if c.text.lower() not in _NOWHERE}
    if below & _MARKS_PASSIVE or ("agent" in below and not below & {"aux", "dobj"}):
        return True
    if _is_headline_passive(verb, below) or _is_result(verb, below) or _is_gapped(verb, below):
        return True
    if (
        "aux" in below
        or verbs.is_objectless(verb.lemma_)
        or not (_may_be_participle(verb) or _is_shared_participle(verb, below))
    ):
        return False
    if verb.dep_ == "conj":
        return is_passive(verb.head) and "dobj" not in below
    if "nsubj" in below:
        return False
    if verb.dep_ == "acl" and verb.head.dep_ == "conj" and verb.head.head.pos_ == "VERB":
        return is_passive(verb.head.head)  # a noun joined to a verb: "homes were lost and cars swept away"
    return verb.dep_ in _BARE_PARTICIPLE or (verb.dep_ in ("ROOT", "dep") and "dobj" not in below)


def _may_be_participle(verb: Word) -> bool:
    """True for a past participle; "hurt" and "set" may be one where the tagger thinks them past tense."""
    return verb.tag_ == "VBN" or (verb.tag_ == "VBD" and verb.text.lower() == verb.lemma_)


def _is_shared_participle(verb: Word, below: set[str]) -> bool:
    """True for "were surrounded and held": tagged as past tense, done to somebody, and with no object to do it to."""
    bare = verb.tag_ == "VBD" and verb.dep_ == "conj" and not below & {"nsubj", "dobj", "prt", "ccomp", "xcomp"}
    return bare and verbs.takes_object(verb.lemma_)


def _is_gapped(verb: Word, below: set[str]) -> bool:
    """True for the second of "shops were looted and a bus overturned": the auxiliary is said once for both."""
    if verb.tag_ != "VBN" or "nsubj" not in below or below & {"aux", "dobj"} or verbs.is_objectless(verb.lemma_):
        return False
    beside = [c for c in verb.children if c.dep_ in ("ccomp", "conj", "advcl") and c.i < verb.i]
    joined = [*beside, verb.head] if verb.dep_ == "conj" else beside
    return any(child(other, "auxpass") is not None or _shares_gap(other) for other in joined)


def _shares_gap(verb: Word) -> bool:
    """True where a clause before it says the auxiliary: "were erected, shops set ablaze and a bus overturned"."""
    return any(c.dep_ == "ccomp" and c.i < verb.i and child(c, "auxpass") is not None for c in verb.children)


def _is_result(verb: Word, below: set[str]) -> bool:
    """True for "had his car stolen", "wants him freed", "left 31 injured", "left three dead and nine injured"."""
    if "nsubj" not in below or below & {"dobj", "mark"} or verb.tag_ not in ("VBN", "VBD"):
        return False
    if verb.dep_ == "conj":
        return verb.tag_ == "VBN" and verb.head.lemma_ == "leave" and child(verb.head, "oprd") is not None
    perceived = verb.head.lemma_ in _PERCEIVED and verb.tag_ == "VBN"
    sure = verb.head.lemma_ in _RESULT_HEADS or perceived
    return verb.dep_ in ("ccomp", "advcl") and sure


def _is_headline_passive(verb: Word, below: set[str]) -> bool:
    """True for "Dozens hurt as train derails": a line without a full stop, and what takes an object has none."""
    if verb.dep_ != "ROOT" or verb.tag_ not in ("VBN", "VBD") or below & {"dobj", "aux", "ccomp", "xcomp", "neg"}:
        return False
    stopped = any(c.text in (".", "!", "?") for c in verb.children)
    particles = [c.text.lower() for c in verb.children if c.dep_ == "prt"]
    return not stopped and "nsubj" in below and verbs.takes_object(" ".join([verb.lemma_, *particles]))


def by_agent(verb: Word) -> Word | None:
    """The noun in the by-phrase of a passive; that of "beaten and arrested by police" belongs to both verbs."""
    named = (child(by, "pobj") for by in verb.children if by.dep_ == "agent")
    doer = next((noun for noun in named if noun is not None and adjuncts.is_doer(noun)), None)
    if doer is not None:
        return doer
    joined = (c for c in verb.children if c.dep_ == "conj" and c.i <= verb.i + 2 and not has_subject(c))
    return next((agent for c in joined if (agent := by_agent(c)) is not None), None)


def has_subject(verb: Word) -> bool:
    """True where the verb has a subject of its own."""
    return child(verb, *SUBJECTS) is not None


def is_expletive(token: Word, verb: Word) -> bool:
    """True for the empty "it" of "it was reported that" and "it emerged that"."""
    if token.text.lower() not in ("it", "there") or child(verb, "ccomp", "xcomp", "csubj", "acl") is None:
        return False
    return is_passive(verb) or verb.lemma_ in ("be", "seem", "appear", "happen", "emerge")


def subject(verb: Word, steps: int = 0) -> Word | None:
    """Who or what the verb is said of: its own subject, or the one it shares with the clause it hangs on."""
    own = _own_subject(hidden_object(verb) or verb) or _on_auxiliary(verb)
    if own is not None:
        return None if own.dep_.startswith("csubj") or is_expletive(own, verb) else antecedent(own, verb)
    return _shared(verb, steps) if steps < 8 else None


def _own_subject(verb: Word) -> Word | None:
    """The subject that stands nearest before the verb, else the first behind it."""
    found = [c for c in verb.children if c.dep_ in SUBJECTS]
    return next((c for c in reversed(found) if c.i < verb.i), found[0] if found else None)


def _on_auxiliary(verb: Word) -> Word | None:
    auxiliary = child(verb, "auxpass")
    return child(auxiliary, *SUBJECTS) if auxiliary is not None else None


def _shared(verb: Word, steps: int) -> Word | None:
    head, dep = verb.head, verb.dep_
    if dep in ("acl", "relcl", "dep"):
        return _whole(head) if verb.tag_ in ("VBG", "VBN") and head.pos_ not in ("VERB", "AUX") else None
    if dep == "pcomp":
        return _of_gerund(head, steps)
    if head.pos_ not in ("VERB", "AUX") or head.i == verb.i:
        return None
    if dep == "xcomp":
        commanded = _object(head) if head.lemma_ not in _SUBJECT_CONTROL else None
        return commanded or subject(head, steps + 1)
    if dep == "advcl":
        return _of_adverbial(verb, steps)
    return subject(head, steps + 1) if dep in ("conj", "acomp", "oprd", "ccomp") else None


def _whole(token: Word) -> Word:
    """Of "men, some in uniform, shooting": the men."""
    return token.head if token.dep_ == "appos" and token.pos_ in _QUANTITY_POS else token


def _of_gerund(prep: Word, steps: int) -> Word | None:
    """Who acts in "accused them of firing" (them) and in "answered by firing" (who answered)."""
    governor = prep.head
    if governor.dep_ == "dobj" and verbs.class_of(governor.head.lemma_) == "speech":
        return governor  # "accused them of firing", the phrase hung on "them"
    if governor.pos_ not in ("VERB", "AUX"):
        return None
    governed = _object(governor) if prep.text.lower() in _OBJECT_CONTROL else None
    return governed or subject(governor, steps + 1)


def _of_adverbial(verb: Word, steps: int) -> Word | None:
    """Who acts in ", killing a boy" and "to help": the subject of the clause it completes, where that is sure."""
    head = verb.head
    told = child(head, "ccomp")
    if (
        told is not None
        and told.i < head.i < verb.i
        and verb.tag_ in ("VBG", "VBN")
        and verbs.class_of(verb.lemma_) != "speech"
    ):
        head = told  # "the troops opened fire, it added, killing a boy"
    free = child(verb, "mark", "advmod") is None
    if is_passive(head) and free and not is_passive(verb):
        caused = head.lemma_ in _CAUSED and child(verb, "aux") is not None  # "they were made to kneel"
        return subject(head, steps + 1) if caused else by_agent(head)
    return subject(head, steps + 1)


def _object(verb: Word) -> Word | None:
    """The object, or the person spoken to ("told them to leave")."""
    found = child(verb, "dobj", "dative")
    return found if found is not None and found.dep_ == "dobj" else None


def objects(verb: Word) -> Word | None:
    """The direct object, a relative pronoun replaced by what it stands for."""
    found = child(verb, "dobj") or hidden_object(verb)
    return antecedent(found, verb) if found is not None else None


def with_joined(noun: Word) -> list[Word]:
    """A noun and those joined to it: of "bullets and smoke bombs", both."""
    out = [noun]
    while (following := child(out[-1], "conj")) is not None:
        out.append(following)
    return out


def left_out_object(verb: Word) -> Word | None:
    """Of "the workers they had sacked", the workers: the clause has a subject, and neither pronoun nor object."""
    below = list(verb.children)
    full = any(c.dep_ in ("dobj", "prep", "xcomp", "ccomp") or c.text.lower() in _RELATIVES for c in below)
    return verb.head if verb.dep_ == "relcl" and has_subject(verb) and not full else None


def antecedent(token: Word, verb: Word) -> Word | None:
    """What a relative pronoun stands for; None where it takes up a whole clause. Other words stand for themselves."""
    if token.text.lower() not in _RELATIVES or token.dep_ == "det" or token.tag_ == "DT":
        return token
    if token.tag_ == "IN":
        return None  # the conjunction "that", taken for a pronoun
    clause = verb
    while clause.dep_ == "conj":
        clause = clause.head
    if clause.dep_ == "relcl":
        return None if clause.head.pos_ in ("VERB", "AUX") else clause.head
    if clause.head.lemma_ == "be" and clause.dep_ in ("ccomp", "advcl"):
        return child(clause.head, "attr")  # "it was they who asked"
    return token if token.text.lower() in ("who", "whom") else None


def prefix(token: Word) -> str:
    """The prefix that the tokeniser cut off: "de-" before "escalated"."""
    if token.i < 2 or token.nbor(-1).text != "-" or token.nbor(-1).whitespace_ or token.nbor(-2).whitespace_:
        return ""
    return token.nbor(-2).text + "-" if token.nbor(-2).text.lower() in _PREFIXES else ""


def run_end(token: Word, others: Iterable[Word]) -> int:
    """Where the unbroken run of words that begins at `token` ends: "opened fire" in "opened fire on the crowd"."""
    last = token
    for other in sorted(others, key=lambda t: t.i):
        if other.i == last.i + 1:
            last = other
    return last.idx + len(last.text)


def is_quantity(token: Word) -> bool:
    """True for "dozens", "one", "some" with an "of": the people meant are named behind it."""
    return token.pos_ in _QUANTITY_POS or token.lemma_ in _QUANTITIES


def named(token: Word) -> Word:
    """The noun that says who is meant: of "four of the vehicles", the vehicles."""
    inner = preposition(token, "of") if is_quantity(token) else None
    return inner if inner is not None else token


def extent(token: Word) -> tuple[int, int]:
    """First and last token of the phrase around a noun; relative clauses, asides and marks at its edges left out."""
    inside = list(token.subtree)
    aside = {t.i for part in inside if part.dep_ in _ASIDE and part.i > token.i for t in part.subtree}
    first = max(min(t.i for t in inside), token.i - _LONGEST_PHRASE)
    kept = [t for t in inside if first <= t.i <= token.i]
    for t in sorted((t for t in inside if t.i > token.i), key=lambda t: t.i):
        if t.i in aside or t.text in "()[]–—;:" or t.i != kept[-1].i + 1 or len(kept) >= _LONGEST_PHRASE:
            break
        kept.append(t)
    kept = _trimmed(kept)
    return kept[0].i, kept[-1].i


def _trimmed(tokens: Iterable[Word]) -> list[Word]:
    kept = list(tokens)
    while len(kept) > 1 and kept[0].pos_ in ("PUNCT", "CCONJ", "SPACE"):
        kept.pop(0)
    while len(kept) > 1 and kept[-1].pos_ in ("PUNCT", "CCONJ", "SPACE", "ADP", "SCONJ"):
        kept.pop()
    return kept
