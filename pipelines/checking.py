"""Whether a sync of one connection would work, and what it would fill.

from pipelines import check
check("acme-folder", "acme").works
"""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipelines.check_columns import never_filled, tried_columns
from pipelines.check_coveto import check_coveto
from pipelines.check_persy import check_persy
from pipelines.check_report import CheckReport
from pipelines.configuration import load_configuration
from pipelines.mapping_lines import Gap, gaps_of, mapping_files
from pipelines.opening import open_freshest
from pipelines.transforming import transform_settings
from sources.connections import CovetoConnection
from transforms.schemas import table_exists


def check(folder: str | os.PathLike[str], name: str) -> CheckReport:
    """Check a connection by its name or id. Nothing is written, and nothing is read but a few records.

    Raises:
        ConfigurationError: the configuration is wrong, or has no such connection.
        SourceError: the vendor could not be reached, or refused, so that nothing can be said.
        TransformError: the records make no unified tables.
    """
    configuration = load_configuration(Path(folder))
    (connection,) = configuration.selected([name])
    if isinstance(connection, CovetoConnection):
        checked = check_coveto(connection, configuration.paths)
    else:
        checked = check_persy(connection, configuration.paths)
    connection_id, mappings = connection.connection_id, configuration.mappings_folder
    settings = replace(transform_settings(configuration), paths=checked.paths)
    columns, gaps = tried_columns(connection_id, checked.samples, settings)
    return CheckReport(
        connection_id=connection_id,
        steps=checked.steps,
        operations=checked.operations,
        models=checked.models,
        columns=columns,
        never_filled=never_filled(connection.tool),
        mappings=mapping_files(connection_id, mappings, [*_known_gaps(Path(folder), connection_id), *gaps]),
        guess=checked.guess,
    )


def _known_gaps(folder: Path, connection_id: str) -> Sequence[Gap]:
    """What maps nowhere in the warehouse, where there is one."""
    with open_freshest(folder) as engine:
        if engine is None or not table_exists(engine, "unified", "mapping_gaps"):
            return ()
        return gaps_of(engine, connection_id)
