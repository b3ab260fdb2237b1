"""`ats check`: whether a sync of one connection would work, and what it would fill; asks the vendor."""

from pathlib import Path

from pipelines.check_columns import filled_columns, never_filled
from pipelines.check_coveto import Checked, check_coveto
from pipelines.check_persy import check_persy
from pipelines.check_report import CheckReport, ColumnReport, MappingLine, Step
from pipelines.configuration import Configuration, load_configuration
from pipelines.mapping_lines import mapping_lines
from pipelines.status import readable_database
from pipelines.warehouse import table_exists
from sources.connections import CovetoConnection
from sources.errors import TransformError


def check(folder: Path, name: str) -> CheckReport:
    """Check a connection by its name or id. Nothing is written, and nothing is read but a few records.

    Raises:
        ConfigurationError: the configuration is wrong, or has no such connection.
    """
    configuration = load_configuration(folder)
    (connection,) = configuration.selected([name])
    if isinstance(connection, CovetoConnection):
        checked = check_coveto(connection, configuration.paths)
    else:
        checked = check_persy(connection, configuration.paths)
    return _with_columns(configuration, connection.connection_id, checked)


def _with_columns(configuration: Configuration, connection_id: str, checked: Checked) -> CheckReport:
    steps = list(checked.steps)
    columns: tuple[ColumnReport, ...] = ()
    of_sample: tuple[MappingLine, ...] = ()
    if checked.samples:
        try:
            columns, of_sample = filled_columns(
                connection_id, checked.samples, checked.paths, configuration.mappings_folder
            )
        except TransformError as error:
            steps.append(Step("unified tables", is_good=False, text=str(error)))
    return CheckReport(
        connection_id=connection_id,
        address=checked.address,
        steps=tuple(steps),
        models=checked.models,
        operations=checked.operations,
        columns=columns,
        never_filled=never_filled(connection_id.partition(":")[0]),
        mapping_lines=_all_lines(_of_warehouse(configuration.folder, connection_id), of_sample),
        settings=checked.settings,
        settings_work=checked.settings_work,
    )


def _of_warehouse(folder: Path, connection_id: str) -> tuple[MappingLine, ...]:
    with readable_database(folder) as engine:
        if engine is None or not table_exists(engine, "unified", "mapping_gaps"):
            return ()
        return mapping_lines(engine, connection_id)


def _all_lines(*found: tuple[MappingLine, ...]) -> tuple[MappingLine, ...]:
    """Each line once; the warehouse, which comes first, knows better how many rows hold a word."""
    lines: dict[tuple[str, str], MappingLine] = {}
    for one in (line for lines_of in found for line in lines_of):
        lines.setdefault((one.file, one.line), one)
    return tuple(sorted(lines.values(), key=lambda one: one.file))
