"""The further providers of dlt are asked last, and only where one is on."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipelines.configuration import load_configuration
from pipelines.vaults import vault_is_on
from sources.errors import ConfigurationError

Folder = Callable[..., Path]

_IN_A_PROJECT = """
import sys
from pathlib import Path
import dlt
from dlt.common.configuration.container import Container
from dlt.common.configuration.specs.pluggable_run_context import PluggableRunContext
from dlt.common.runtime.run_context import active
from pipelines.dlt_project import dlt_project, further_providers

print(further_providers(), PluggableRunContext in Container())
with dlt_project(Path(sys.argv[1])):
    print(active().run_dir, dlt.config["runtime.log_level"])
print(PluggableRunContext in Container())
"""
"""For a process of its own: in this one dlt may be in some project by now."""
_WITH_A_VAULT_THAT_FAILS = """
import sys
from pathlib import Path
from dlt.common.configuration.container import Container
from dlt.common.configuration.specs.pluggable_run_context import PluggableRunContext
from pipelines.configuration import load_configuration
from sources.errors import ConfigurationError

try:
    load_configuration(Path(sys.argv[1]))
except ConfigurationError:
    print(PluggableRunContext in Container())
"""


@pytest.fixture
def own_provider() -> Iterator[Callable[[dict[str, object]], None]]:
    """Registers a provider with dlt, as a script would do, for one test."""
    import dlt
    from dlt.common.configuration.container import Container
    from dlt.common.configuration.providers import CustomLoaderDocProvider
    from dlt.common.configuration.specs.pluggable_run_context import PluggableRunContext

    name = "a script's own"

    def register(document: dict[str, object]) -> None:
        dlt.config.register_provider(CustomLoaderDocProvider(name, lambda: document))

    yield register
    container = Container()[PluggableRunContext].providers
    container.providers = [one for one in container.providers if one.name != name]


def test_no_vault_is_on_by_default() -> None:
    assert not vault_is_on({})


def test_a_vault_that_a_file_switches_on_is_on() -> None:
    assert vault_is_on({"enable_google_secrets": True})


def test_a_secret_may_come_from_a_provider_of_a_script(
    working_folder: Folder, own_provider: Callable[[dict[str, object]], None]
) -> None:
    own_provider({"connections": {"leihwerk": {"api_key": "from-the-vault"}}})
    folder = working_folder(secrets='[connections.acme]\ncustomer_number = "1"\napi_key = "a"')
    connections = load_configuration(folder).connections
    assert connections[1].api_key.get_secret_value() == "from-the-vault"


def test_a_file_wins_over_a_provider_of_a_script(
    working_folder: Folder, own_provider: Callable[[dict[str, object]], None]
) -> None:
    own_provider({"connections": {"leihwerk": {"api_key": "from-the-vault"}}})
    connections = load_configuration(working_folder()).connections
    assert connections[1].api_key.get_secret_value() == "leihwerk-s3cret"


def test_a_vault_that_cannot_be_asked_is_told(working_folder: Folder) -> None:
    folder = working_folder(more="[providers]\nenable_aws_secrets = true")
    with pytest.raises(ConfigurationError) as raised:
        load_configuration(folder)
    assert raised.value.message.startswith("A vault that [providers] switches on cannot be asked")
    assert "[providers] in .dlt/config.toml" in raised.value.remedy


def test_a_folder_is_the_project_of_dlt_while_it_is_used_and_no_longer(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _IN_A_PROJECT, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:3] == ["[] False", f"{tmp_path.resolve()} CRITICAL", "False"]


def test_a_folder_whose_vault_cannot_be_asked_is_not_left_as_the_project_of_dlt(
    working_folder: Folder,
) -> None:
    folder = working_folder(more="[providers]\nenable_aws_secrets = true")
    done = subprocess.run(
        [sys.executable, "-c", _WITH_A_VAULT_THAT_FAILS, str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"
