"""The working folder as a dlt project: while inside, dlt reads its settings there and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dlt.common.configuration.container import Container
from dlt.common.configuration.providers import (
    ConfigProvider,
    ConfigTomlProvider,
    CustomLoaderDocProvider,
    EnvironProvider,
    SecretsTomlProvider,
)
from dlt.common.configuration.specs.pluggable_run_context import PluggableRunContext
from dlt.common.runtime.run_context import RunContext, switched_run_context

from pipelines.configuration_layers import Table, settings_folder

OWN_DEFAULTS = "defaults of this product"


def _own_defaults() -> Table:
    """What we would rather have of dlt; any other place of its configuration wins over it.

    Telemetry stays off where people's data is handled. Uncompressed working files and Arrow with a load id
    make a load several times faster.
    """
    return {
        "runtime": {"dlthub_telemetry": False, "log_level": "CRITICAL"},
        "data_writer": {"disable_compression": True},
        "normalize": {
            "data_writer": {"disable_compression": True},
            "parquet_normalizer": {"add_dlt_load_id": True},
        },
        "load": {"delete_completed_jobs": True, "raise_on_failed_jobs": True},
    }


class WorkingFolder(RunContext):
    """A dlt run context that is bound to a folder, whatever the current one is.

    dlt's working files go to `.ats/pipelines` of that folder, not to the folder all projects share.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._folder = folder

    @property
    def run_dir(self) -> str:
        """The working folder."""
        return str(self._folder)

    @property
    def local_dir(self) -> str:
        """The working folder."""
        return str(self._folder)

    @property
    def settings_dir(self) -> str:
        """Where the two configuration files are."""
        return str(settings_folder(self._folder))

    @property
    def data_dir(self) -> str:
        """Where dlt keeps its working files, in a folder `pipelines`."""
        return str(self._folder / ".ats")

    def initial_providers(self) -> list[ConfigProvider]:
        """Dlt's own places in dlt's own precedence, and our defaults after them."""
        return [
            EnvironProvider(),
            SecretsTomlProvider(self.settings_dir, self.global_dir),
            ConfigTomlProvider(self.settings_dir, self.global_dir),
            CustomLoaderDocProvider(OWN_DEFAULTS, _own_defaults, supports_secrets=False),
        ]


@contextmanager
def dlt_project(folder: Path) -> Iterator[None]:
    """While inside, `folder` is the dlt project; providers that a script had registered stay in use."""
    project = WorkingFolder(folder.resolve())
    if not _has_project():  # dlt would look for one first, only for us to replace it
        with _only_project(PluggableRunContext(project)):
            yield
        return
    registered = further_providers()
    with switched_run_context(project):
        active = Container()[PluggableRunContext].providers
        for provider in registered:
            if provider.name not in active:
                active.add_provider(provider)
        yield
    restored = Container()[PluggableRunContext].providers
    for provider in registered:
        if provider.name not in restored:
            restored.add_provider(provider)


@contextmanager
def _only_project(context: PluggableRunContext) -> Iterator[None]:
    """While inside, dlt is in this project, and afterwards in none.

    One whose vaults cannot be asked dlt would keep all the same.
    """
    container = Container()
    try:
        with container.injectable_context(context):
            yield
    finally:
        if _has_project() and container[PluggableRunContext] is context:
            del container[PluggableRunContext]


def further_providers() -> list[ConfigProvider]:
    """The providers of the project that dlt is in now, without files, environment and our defaults."""
    if not _has_project():
        return []
    return [
        provider
        for provider in Container()[PluggableRunContext].providers.providers
        if not isinstance(provider, EnvironProvider | SecretsTomlProvider | ConfigTomlProvider)
        and provider.name != OWN_DEFAULTS
    ]


def _has_project() -> bool:
    """Whether dlt is in a project by now: it looks for one when it is first used, which takes 0.05 s."""
    return PluggableRunContext in Container()
