"""What is known of the applications that a delta meets, asked by their candidates, and once for each.

A delta needs it twice: of the applications that it meets, and of those that their candidates no longer have.
Both are in what is known of these candidates, and each look into a table of a million takes 0.1 s.
"""

from collections.abc import Callable, Sequence

from sources.known_versions import colons
from sources.version_log import Known


class OwnedVersions:
    """The versions of what belongs to candidates; gives none twice.

    Args:
        ask: what is known of all that belongs to some candidates.
    """

    def __init__(self, ask: Callable[[Sequence[str]], Known]) -> None:
        self._ask = ask
        self._asked: set[str] = set()

    def of_ids(self, application_ids: Sequence[str]) -> Known:
        """What is known of all that belongs to whom these applications can belong to."""
        return self.of_owners([one[:place] for one in application_ids for place in colons(one)])

    def of_owners(self, candidate_ids: Sequence[str]) -> Known:
        """What is known of all that belongs to these candidates, those asked for before left aside."""
        new = [one for one in dict.fromkeys(candidate_ids) if one not in self._asked]
        self._asked.update(new)
        return self._ask(new) if new else {}
