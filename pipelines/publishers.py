"""How readers get what was committed: as a copy of a file, or, on a server, at once."""

from typing import Protocol

from pipelines.configuration import Configuration
from pipelines.publishing import Publisher
from transforms.engine import DuckDbEngine, Engine
from transforms.schemas import SCHEMAS, create_schemas


class AnyPublisher(Protocol):
    """Says whether readers lack something that was committed, and gives it to them."""

    announced: bool
    """Whether this run has said that tables are about to change."""

    def announce(self) -> None:
        """Note that tables are about to change; to be called before the first write of a run."""

    def withdraw(self) -> None:
        """Note that after all nothing was changed since `announce`."""

    def tells_other_outcomes(self) -> bool:
        """Whether readers find another outcome of a connection's last run, or other rejected records."""

    def publish_if_behind(self) -> bool:
        """Publish where readers lack something; whether there was anything to copy."""


class SharedTables:
    """Readers of a server see the committed tables themselves, so nothing is ever copied."""

    def __init__(self, engine: Engine) -> None:
        self.announced = False
        create_schemas(engine, SCHEMAS)

    def announce(self) -> None:
        """Remember it, as nobody else has to know."""
        self.announced = True

    def withdraw(self) -> None:
        """Forget it."""
        self.announced = False

    def tells_other_outcomes(self) -> bool:
        """Never: there is one `ats.runs`."""
        return False

    def publish_if_behind(self) -> bool:
        """Nothing is ever behind."""
        return False


def publisher_for(engine: Engine, configuration: Configuration) -> AnyPublisher:
    """The publisher of a warehouse; schemas that are missing are made."""
    if isinstance(engine, DuckDbEngine):
        return Publisher(engine, configuration.folder, configuration.publish_mode)
    return SharedTables(engine)
