"""What a finding says of its group: it stands out, it cannot be told from the innocent case, or there is no group."""

from __future__ import annotations

from typing import Final, Literal

from blowback.model.finding import Finding

Ruling = Literal["stands", "cannot_tell", "no_group"]
# A rule id is `<analysis>.<ruling>.<number>`; this is the one word in it that takes a group out of those that stand.
_UNDECIDED: Final = "cannot_tell"


def ruling(finding: Finding) -> Ruling:
    """The ruling, from the rule's permanent id and from whether the finding names accounts."""
    if not finding.subject.members:
        return "no_group"
    return "cannot_tell" if _UNDECIDED in finding.rule.split(".") else "stands"
