"""What the words of a mention tell: person or body, man or woman, and the personal name in it, by word lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import combining, normalize

from .. import resources

DETERMINER = re.compile(r"^(?:the|this|that|these|those)\s+", re.IGNORECASE)
_UPPER = "A-ZÀ-ÖØ-ÞĆČĐĞİŁŃŚŞŠŹŻŽ"
_CAPITAL = rf"(?:[aeu][dlnst]h?-)?[{_UPPER}][\w’'-]*\.?"  # "al-Hamdawi" too
_PARTICLE = r"(?:de|da|di|la|le|al|el|von|van|bin|ben|ibn|der|den|dos|del|du|ter)"
NAME = re.compile(
    rf"(?:[Tt]he\s+)?\b{_CAPITAL}"
    rf"(?:\s+(?:{_CAPITAL}|[“\"‘]{_CAPITAL}(?:\s+{_CAPITAL})?[”\"’](?=\s+[{_UPPER}])"
    rf"|(?:of|for|and|&|the|{_PARTICLE})(?=\s+(?:{_PARTICLE}\s+|the\s+)?[{_UPPER}])))*"
)
_ROLE_AND_NAME = re.compile(
    rf"(?:(?:[Tt]he|[Aa]n?|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[\w-]+(?:['’]s|s['’]))\s+)?"
    rf"(?P<role>(?:[\w’'-]+\s+)*[a-z][\w-]*),?\s+(?P<name>{NAME.pattern})"
)
_WORD = re.compile(r"[^\W_]+(?:[-’'.][^\W_]+)*")
_POSTPOSED = re.compile(
    r"\s+(?:of|for|in|on|at|from|who|which|that|whose|with|near|to|against|holding|wearing|about|and)\s|,"
)
_KNOWN_AS = re.compile(r"^(?:better\s+)?(?:known\s+as|called|named|nicknamed|who\s+goes\s+by)\s+")
_OWNED = re.compile(r"['’]s?\s+[a-z]")
APPOSITION = re.compile(
    r",?\s+(?:who|which|whose)\s|\s+(?:[(\[]|[–—]|--)|,\s+(?:(?:an?|the|one|now|of|in|its|his|her|their|[A-Z][\w-]*['’]s?)\s|\d)"
)
_OWNER = re.compile(r"^(?:[A-Z][\w-]*\s+){0,2}[A-Z][\w-]*(?:['’]s|s['’])\s+(?=[A-Z])")
_ONE = re.compile(r"(?:the|an?|this)\s", re.IGNORECASE)
_LED = re.compile(r"(?:the|an?|his|her|their|its)\s", re.IGNORECASE)
_COUPLE = re.compile(rf"[{_UPPER}][^,;]*,?\s+and\s+[a-z]")  # "Rafael Ochoa and his wife, Luz Ochoa"
_INITIAL = re.compile(r"^(?:[A-Z]\.)+\s")
_FUNCTION = frozenset("of for in on at to from with by and or as like than the a an his her its their that who".split())
_LANDS = frozenset("republic kingdom states nations society emirates city town".split())
_MALE = frozenset(
    "mr sir king prince lord father son husband boy man spokesman chairman congressman pope bishop imam priest brother"
    " nephew uncle grandfather grandson stepfather policeman fisherman waiter monk friar duke earl baron viscount"
    " schoolboy grandpa godfather stepson stepbrother"
    " councilman assemblyman alderman businessman salesman statesman sportsman headmaster bridegroom widower fr"
    " lad dad pontiff emir sultan sheikh ayatollah cardinal archbishop monsignor herr monsieur signor señor".split()
)
_FEMALE = frozenset(
    "mrs ms miss dame queen princess lady mother daughter wife girl woman spokeswoman chairwoman congresswoman sister"
    " niece aunt grandmother granddaughter stepmother policewoman widow actress waitress nun duchess countess baroness"
    " schoolgirl grandma godmother stepdaughter stepsister"
    " viscountess councilwoman assemblywoman businesswoman saleswoman stateswoman sportswoman headmistress hostess"
    " bride mum mom heiress frau madame signora señora landlady housewife midwife".split()
)
_OFFICES = frozenset("chairman spokesman congressman businessman".split())  # of a woman, too
_NO_LAST_NAMES = frozenset(  # "National President" is nobody's name
    "president minister secretary chairman chairwoman chairperson commissioner officer governor senator treasurer"
    " ambassador superintendent inspector representative".split()
)
_SURNAMES = ((("ova", "eva", "ová", "skaya", "ská", "dóttir", "dottir"), "f"), (("ov", "ev"), "m"))
_OF_PERSONS = tuple(
    "man woman smith wright ologist grapher opathist onomist rider hunter master mistress fighter teacher singer dancer"
    " farmer herder monger breeder grower blower cleaner ician".split()
)
_NOT_PERSONS = frozenset("human german roman norman ottoman talisman caiman shaman grandmaster webmaster".split())
_NO_FIRST_NAMES = frozenset(
    "air radio hotel banco deutsche club fc real team port lake mount cape fort st new north south east west".split()
)
_ALSO_BODIES = frozenset(
    "owner partner producer rival opponent member winner sponsor founder buyer dealer developer contractor"
    " employer".split()
)
SOMEBODY = "somebody"  # the name of a mention that keeps from telling who it is
PAIRS = frozenset("pair couple duo".split())
_PLAIN = str.maketrans("łøđı", "lodi")  # letters that no accent can be taken off
_REMEMBERED = 4096  # phrases whose reading is kept: an article's names come again and again


@dataclass(frozen=True)
class Mention:
    """A place that names somebody.

    `kind` is person, body, many (a plural), name (cannot tell), paper (a letter, somebody's tweet), signed (a paper
    under the name of its author), pronoun or open (nobody known); `gender` is m, f, they (who goes by it) or empty.
    `roles` are what it is described as ("foreign minister"). `spoken` is True where something is attributed to it;
    `place` is subject, object or aside (behind a preposition, or an owner); `told`: it
    stands in what another one says.
    """

    start: int
    end: int
    name: str
    kind: str
    gender: str
    roles: frozenset[str]
    sentence: int
    spoken: bool
    place: str
    told: bool = False


@lru_cache(maxsize=1)
def lists() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Titles, nouns for a person, nouns for a body."""
    names = ("titles.txt", "person_nouns.txt", "body_nouns.txt")
    titles, persons, bodies = (frozenset(resources.lines(name)) for name in names)
    return titles, persons, bodies


@lru_cache(maxsize=1)
def _first_names() -> dict[str, str]:
    return {name: gender for gender, names in resources.table("first_names.tsv") for name in names.split()}


@lru_cache(maxsize=1)
def _company_words() -> frozenset[str]:
    return frozenset(resources.lines("company_words.txt"))


@lru_cache(maxsize=1)
def papers() -> frozenset[str]:
    """Nouns for what somebody has written or sent out: "letter", "statement"."""
    return frozenset(resources.lines("papers.txt"))


def names_person(noun: str) -> bool:
    """True for a title or a noun for a person, by the lists or by its ending: "glassblower", "ethnologist"."""
    listed = noun in lists()[0] or noun in lists()[1]
    return listed or (noun.endswith(_OF_PERSONS) and noun not in _NOT_PERSONS)


def known_noun(noun: str) -> bool:
    """True for every noun for a person or body."""
    return noun in lists()[2] or names_person(noun)


@lru_cache(maxsize=_REMEMBERED)
def word_list(phrase: str) -> tuple[str, ...]:
    """The words of a phrase, lower case, possessive endings gone."""
    return tuple(word.lower().removesuffix("'s").removesuffix("’s") for word in _WORD.findall(phrase))


def singular(noun: str) -> str:
    """A noun without its plural ending: "officials" -> "official", "companies" -> "company", "women" -> "woman"."""
    if noun.endswith("men"):
        return noun[:-3] + "man"
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    return noun[:-1] if len(noun) > 1 and noun.endswith("s") and not noun.endswith("ss") else noun


def core(phrase: str) -> list[str]:
    """The words up to the head: "The Russian military in Syria" -> russian, military."""
    return list(_core(phrase))


@lru_cache(maxsize=_REMEMBERED)
def _core(phrase: str) -> tuple[str, ...]:
    return word_list(_POSTPOSED.split(DETERMINER.sub("", phrase), maxsplit=1)[0])


def head(phrase: str) -> str:
    """The noun of a phrase, singular: "The Russian officials in Syria" -> "official"."""
    return singular(core(phrase)[-1]) if core(phrase) else ""


def _without_role(name: str) -> str:
    """A name without a role that a sentence's start has capitalised: "Engineer Ilse Varga"."""
    titles, persons, _ = lists()
    words = [word.lower().strip(".") for word in name.split()]
    if len(words) < 3 or words[0] in titles or words[0] in _first_names():
        return name
    return name.split(maxsplit=1)[1] if words[0] in persons or words[1] in _first_names() else name


def without_titles(name: str) -> str:
    """A personal name alone: "Maj. Gen. Yakov Rezantsev" -> "Yakov Rezantsev", "Prime Minister Elin Marsk" too."""
    words = name.split()
    titled = [i for i, word in enumerate(words[:-1]) if word.lower().strip(".") in lists()[0]]
    led = [i for n, i in enumerate(titled) if i <= (titled[n - 1] + 2 if n else 1) or words[i].endswith(".")]
    rest = words[led[-1] + 1 :] if led else words
    return " ".join(rest) if rest[0].strip(".") not in ("Jr", "Sr") else name


def _before_its_body(run: str) -> str:
    """The person in "Anton Grabar of the Karlov Institute"; a body's own "of" stays: "Bank of England"."""
    name, *rest = re.split(r"\s+of\s+", run, maxsplit=1)
    words = without_titles(name).split()
    given = {word.lower().strip(".") for word in words}
    alone = len(words) < 2 and words == name.split()
    led = words[0] in ("The", "the") or given & (lists()[2] | lists()[0] | _LANDS)
    return run if alone or led or not rest else name


def _after_its_office(run: str) -> str:
    """The person in "Minister of the Interior Tomas Verhagen", "Senate Whip Ana Sool"; "Ministry of Health" stays."""
    words = run.split()
    low = [word.lower().strip(".") for word in words]
    office = low[0] in lists()[0] and low[1:2] in (["of"], ["for"])
    given = [i for i, word in enumerate(low[1:-1], start=1) if word in _first_names()]
    before = set(low[: given[-1]]) if given else set()
    led = len(low) > 3 and before & (lists()[1] | lists()[2]) and not before & lists()[0]
    return " ".join(words[given[-1] :]) if given and (office or led) else run


def _without_people(run: str) -> str:
    """The person in "The Italian Chiara Bassi"; "The Blue Mountain" stays."""
    words = run.split()
    led = words[0] in ("The", "the") and len(words) > 3 and words[2].lower() in _first_names()
    return " ".join(words[2:]) if led else run


def _without_owner(run: str) -> str:
    """A name without the country or body it belongs to: "Sund's Elin Marsk" -> "Elin Marsk"."""
    return _OWNER.sub("", run) if len(run.split()) > 2 else run


@lru_cache(maxsize=_REMEMBERED)
def personal_name(phrase: str) -> str | None:
    """The name, with its title, in a description: "coalition spokesman Col Myles Caggins" -> "Col Myles Caggins"."""
    titles, persons, bodies = lists()
    if _COUPLE.match(phrase):
        return None
    for part in re.split(r",\s+|\s+(?:[(\[]|[–—]|--)", re.sub(r"\s+", " ", phrase)):
        part = _KNOWN_AS.sub("", part)
        runs = list(NAME.finditer(part))
        if not runs or runs[-1].end() != len(part.rstrip(" .)]")):
            continue
        run = _without_role(_without_owner(_without_people(_after_its_office(_before_its_body(runs[-1].group())))))
        words = [word.strip(".").lower() for word in run.split()]
        bare = [word for word in words if word not in titles]
        before = part[: runs[-1].start()].split()
        own = {word.strip(".").lower() for word in without_titles(run).split()}
        led_by_role = bool(before) and (
            names_person(before[-1].lower().strip("."))
            or (surely_a_person(run) and before[-1].islower() and before[-1] not in _FUNCTION)
        )
        if (
            words[0] == "the"
            or (own & bodies and not led_by_role)
            or set(words) & {"of", "for", "and"}
            or is_company(without_titles(run))
            or _is_many(run)
        ):
            continue
        if len(words) > 2 and {words[0], words[-1]} <= titles | persons and not set(words) & set(_first_names()):
            continue  # "Chief Technology Officer"
        if len(bare) < len(words) and words[-1] in _NO_LAST_NAMES and not {words[0]} & (titles | set(_first_names())):
            continue  # "National President"
        if bare and (len(words) > len(bare) or led_by_role or (len(bare) > 1 and not before)):
            return run
    return None


def _is_many(name: str) -> bool:
    """True for "House Republicans" and "Several Democrats"; False for "Jeff Parsons"."""
    first, last = name.lower().split()[0], name.lower().split()[-1]
    return " " in name and first not in _first_names() and singular(last) != last and names_person(singular(last))


def own_name(phrase: str) -> str | None:
    """The personal name in a phrase, or another's name behind what it is: "the cable's owner, Oceanlink"."""
    if name := personal_name(phrase):
        return name
    match = _ROLE_AND_NAME.fullmatch(" ".join(phrase.split()))
    known = match and known_noun(singular((word_list(match["role"]) or ("",))[-1]))
    return match["name"] if match and known else None


def is_company(name: str) -> bool:
    """True for "Bramble & Fitch" and "Sable Creek Mining", by the last word or the sign; False for "Anna Waters"."""
    words = [word.strip(".").lower() for word in name.split()]
    if len(words) < 2:
        return False
    if words[0] in _NO_FIRST_NAMES:
        return True
    known = words[0] in _first_names() or words[0] in lists()[0]
    return "&" in words or (words[-1] in _company_words() and not known)


def is_person_role(role: str) -> bool:
    """True for "minister" and "former minister", False for "ministry"."""
    return names_person(role.rpartition(" ")[2])


def is_body_role(role: str) -> bool:
    """True for "finance ministry", False for "minister"."""
    return role.rpartition(" ")[2] in lists()[2]


def _is_called_person(roles: frozenset[str]) -> bool:
    """True for a sister or a mayor, False for an owner, which a company may be."""
    return any(is_person_role(role) and role.split()[-1] not in _ALSO_BODIES for role in roles)


def surely_a_person(name: str) -> bool:
    """True where a title, an initial or a first name in the list tells it; "Zyx Ekman" may be anything."""
    words = [word.strip(".").lower() for word in name.split()]
    return bool(_INITIAL.match(name)) or bool(set(words[:-1]) & lists()[0]) or words[0] in _first_names()


def _in_words_a_body(phrase: str, noun: str) -> bool:
    """True for "the ministry", "the EPA" and "Bank of Norland"."""
    bodies, abbreviation = lists()[2], re.sub(r"['’]s$", "", DETERMINER.sub("", phrase)).isupper()
    return noun in bodies or abbreviation or any(word in bodies for word in word_list(phrase)[-4:])


def kind_of(phrase: str, roles: frozenset[str] = frozenset()) -> str:
    """Person, body, many, paper or name, by the words of the mention and what it is described as."""
    bodies = lists()[2]
    phrase = phrase if personal_name(phrase) else APPOSITION.split(phrase, maxsplit=1)[0]
    words = core(phrase)
    noun = words[-1] if words else ""
    by_person = _is_called_person(roles)
    of_body = not by_person and any(map(is_body_role, roles))
    name = personal_name(phrase)
    if name and surely_a_person(name):
        return "person"
    if name and not of_body:
        return "person" if by_person else "name"
    if is_company(phrase):
        return "body"
    one = singular(noun)
    plural = noun != one and (known_noun(one) or one == "other") and noun not in bodies
    if is_of_two_offices(phrase):
        return "person"
    if noun in PAIRS or " and " in f" {phrase} " or (plural and not personal_name(phrase)):
        return "many"
    if names_person(noun) or (_is_called_person(roles) and phrase[:1].isupper() and len(words) == 1):
        return "name" if noun in _ALSO_BODIES else "person"
    if noun in papers():
        return "paper"
    if of_body or _in_words_a_body(phrase, noun):
        return "body"
    if noun.endswith("s") and not noun.endswith("ss") and DETERMINER.sub("", phrase)[:1].islower():
        return "many"
    return "paper" if _OWNED.search(phrase) else "name"


def is_of_two_offices(phrase: str) -> bool:
    """True for "the businessman and reality star" and "the senator and candidate", who is one."""
    one, joint, other = phrase.partition(" and ")
    ends = [core(part)[-1:] for part in (one, other)]
    return (
        bool(joint) and bool(_ONE.match(one)) and not _LED.match(other) and all(e and names_person(e[0]) for e in ends)
    )


@lru_cache(maxsize=_REMEMBERED)
def gender_of(phrase: str, roles: frozenset[str] = frozenset()) -> str:
    """The letter m or f by title, role or first name; empty where none of them tells."""
    name = personal_name(phrase) or ""
    *own, last = word_list(without_titles(name)) if name else ("",)
    words = {*core(phrase), *core(name), *(role.split()[-1] for role in roles)} - ({last} if own else set())
    words -= _OFFICES if name else set()
    if words & _MALE or words & _FEMALE:
        return "" if words & _MALE and words & _FEMALE else "m" if words & _MALE else "f"
    told = next((gender for word in own if (gender := _gender_of_name(word))), "")
    return told or next((sex for ends, sex in _SURNAMES if own and last.endswith(ends)), "")


def likely_gender(phrase: str) -> str:
    """A guess at the sex by a name's last word, which may be the first name, or by its ending."""
    name = without_titles(phrase)
    if " " not in name:
        return ""  # a family's name
    return _gender_of_name(name.split()[-1].lower()) or ("f" if name.split()[0].endswith("a") else "m")


def _gender_of_name(given: str) -> str:
    """The sex a first name tells: the whole of "Jean-Luc", else its first part; "João" as "Joao"."""
    given = "".join(char for char in normalize("NFKD", given.translate(_PLAIN)) if not combining(char))
    return _first_names().get(given) or _first_names().get(given.split("-")[0], "")
