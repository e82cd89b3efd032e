"""What agents can and what calls need: skills with a proficiency from 0 to 5. A language is a skill like any other."""

from collections.abc import Mapping
from typing import Final, NewType

Skill = NewType("Skill", str)
Skills = frozenset[Skill]
NO_SKILLS: Final[Skills] = frozenset()

PROFICIENCY_MAX: Final = 5  # the scale of the field (features B2)

# A plain set: an agent who has these without being rated, a call content with any proficiency.
Rated = Skills | Mapping[Skill, int]
Levels = tuple[tuple[Skill, int], ...]  # by name: equal levels are equal, whatever they were made from
NO_LEVELS: Final[Levels] = ()


def speaks(language: str) -> Skill:
    """Return the skill of serving in a language, such as `zh`: it may be needed, rated, preferred and dropped."""
    return Skill(f"language:{language}")


def levels(rated: Rated) -> Levels:
    """Return what is asked for, or had, in its one form. Raise ValueError off the scale."""
    pairs = rated.items() if isinstance(rated, Mapping) else ((skill, 0) for skill in rated)
    found = tuple(sorted(pairs))
    for skill, level in found:
        if not 0 <= level <= PROFICIENCY_MAX:
            raise ValueError(f"skill {skill}: proficiency {level} is not within 0 to {PROFICIENCY_MAX}")
    return found


def can(have: Mapping[Skill, int], needs: Levels) -> bool:
    """Tell whether somebody has every skill that is needed, as well as it is needed."""
    return all(have.get(skill, -1) >= least for skill, least in needs)


def both(one: Levels, other: Levels) -> Levels:
    """Return what fulfils both: every skill of either, at the higher of its levels."""
    if not one or not other:
        return one or other
    joined = dict(one)
    for skill, level in other:
        joined[skill] = max(level, joined.get(skill, 0))
    return tuple(sorted(joined.items()))


def without(needs: Levels, dropped: Skills) -> Levels:
    return tuple(pair for pair in needs if pair[0] not in dropped) if dropped else needs
