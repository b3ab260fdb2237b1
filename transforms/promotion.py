"""Which integration fields a deployment promotes into custom_fields, as the templates see them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Fields = Mapping[str, Sequence[str]]
"""Per key in custom_fields the keys of integration fields that are tried in turn."""
Promotions = Mapping[str, Mapping[str, Fields]]
"""Per model and connection_id; "" stands for every connection that is not named.

From the configuration's [custom_fields.*]: {"candidates": {"": {"licence": ["fuehrerschein", "licence"]}}}.
"""


@dataclass(frozen=True)
class Promoted:
    """One key of custom_fields, and what is tried for it."""

    key: str
    tried: tuple[str, ...]

    @property
    def json_key(self) -> str:
        """The key as JSON text."""
        return json.dumps(self.key, ensure_ascii=False)


@dataclass(frozen=True)
class ConnectionFields:
    """What is promoted for one connection, or, where `connection_id` is empty, for all others."""

    connection_id: str
    fields: tuple[Promoted, ...]

    @property
    def fed(self) -> dict[str, str]:
        """Per key of an integration field the keys in custom_fields that it may fill."""
        fed: dict[str, list[str]] = {}
        for one in self.fields:
            for source in dict.fromkeys(one.tried):
                fed.setdefault(source, []).append(one.key)
        return {source: ", ".join(keys) for source, keys in sorted(fed.items())}


def promoted_fields(promotions: Promotions, model: str) -> list[ConnectionFields]:
    """What is promoted for a model, connections in their order, what holds for all others last.

    The order in which a configuration names keys and connections makes no difference.
    """
    of_model = {"": {}, **promotions.get(model, {})}
    return [
        ConnectionFields(
            connection_id, tuple(Promoted(key, tuple(tried)) for key, tried in sorted(fields.items()))
        )
        for connection_id, fields in sorted(of_model.items(), reverse=True)
    ]
