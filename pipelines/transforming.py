"""From raw to unified in one transaction, and then to the readers."""

from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.configuration import Configuration, load_configuration
from pipelines.lock import locked
from pipelines.opening import open_for
from pipelines.places import Places
from pipelines.progress import Progress, Silent
from pipelines.publishers import AnyPublisher, publisher_for
from pipelines.run_records import RunRecords
from transforms.engine import Engine

if TYPE_CHECKING:
    from transforms.runner import TransformResult, TransformSettings


def transform(
    folder: Path, *, full_refresh: bool = False, progress: Progress | None = None
) -> tuple["TransformResult", bool]:
    """Transform what was loaded, without reading a vendor; the result, and whether it was published.

    What an earlier run had read and not loaded is loaded first: erasing takes dlt's files away.
    """
    from pipelines.dlt_project import dlt_project
    from pipelines.erasing import finish_erasing
    from pipelines.erasures import Erasures
    from pipelines.loading import drain_all
    from pipelines.retaining import erase_expired

    configuration = load_configuration(folder)
    told = progress or Silent()
    with locked(folder, configuration.lock_wait_seconds):
        with dlt_project(folder), open_for(configuration) as engine:
            RunRecords(engine, folder)
            publisher = publisher_for(engine, configuration)
            drain_all(engine, folder, publisher.announce)
            result = transform_announced(
                engine, publisher, configuration, full_refresh=full_refresh, progress=told
            )
            erase_expired(engine, publisher, configuration, told)
            if not Erasures(engine).is_unfinished():
                return result, configuration.publish and publisher.publish_if_behind()
        return result, finish_erasing(configuration)


def transform_announced(
    engine: Engine,
    publisher: AnyPublisher,
    configuration: Configuration,
    *,
    full_refresh: bool = False,
    progress: Progress,
) -> "TransformResult":
    """Run the transforms, so that `publisher` knows whether readers lack anything, also after a crash."""
    from transforms.rendering import keep_compiled_in
    from transforms.runner import run_transforms

    keep_compiled_in(Places(configuration.folder).templates)
    settings = transform_settings(configuration)
    announced_before = publisher.announced
    publisher.announce()
    with engine.threads(configuration.transform_threads):
        result = run_transforms(engine, settings, full_refresh=full_refresh, progress=progress.message)
    if not result.changed and not announced_before:
        publisher.withdraw()
    return result


def transform_settings(configuration: Configuration) -> "TransformSettings":
    """What the transforms need to know of a configuration."""
    from transforms.runner import TransformSettings

    return TransformSettings(
        paths=configuration.paths,
        mappings_folder=configuration.mappings_folder,
        custom_fields=configuration.custom_fields,
    )


def check_transforms(configuration: Configuration) -> None:
    """Raise ConfigurationError where paths or mappings are wrong, before anything is done."""
    from transforms.runner import check_settings

    check_settings(transform_settings(configuration))


def exit_code_of(result: "TransformResult") -> int:
    """3 where a check that warns found rows, else 0; one that fails has raised before."""
    return 3 if any(one.severity == "warn" and one.failing_rows for one in result.checks) else 0
