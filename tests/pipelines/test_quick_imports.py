"""`ats` does without pandas and numpy, which pyarrow would import; whoever calls `sync` keeps them."""

import subprocess
import sys

import pytest

_ASKING = (
    "import pyarrow; pyarrow.array(['a']); import sys; print('pandas' in sys.modules, 'numpy' in sys.modules)"
)


def _told(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_pyarrow_alone_imports_both_for_a_list() -> None:
    assert _told(_ASKING) == "True True"


def test_a_command_makes_arrow_tables_without_importing_either() -> None:
    code = (
        "from pipelines import command\n"
        f"command.carry_out = lambda *_: exec({_ASKING!r}) or 0\n"
        "command.main()"
    )

    assert _told(code) == "False False"


def test_afterwards_tables_become_frames_of_pandas_again() -> None:
    code = (
        "from pipelines.quick_imports import without_pandas_and_numpy\n"
        "import pyarrow\n"
        "with without_pandas_and_numpy():\n"
        "    table = pyarrow.table({'a': ['b']})\n"
        "print(type(table.to_pandas()).__module__.partition('.')[0])"
    )

    assert _told(code) == "pandas"


@pytest.mark.parametrize("asked", ["yaml", "json"])
def test_whatever_else_is_imported_is_left_alone(asked: str) -> None:
    code = (
        "from pipelines.quick_imports import without_pandas_and_numpy\n"
        "with without_pandas_and_numpy():\n"
        f"    import {asked}\n"
        f"print({asked}.__name__)"
    )

    assert _told(code) == asked


def test_a_sync_imports_what_speaks_soap_where_a_connection_needs_it_and_not_before() -> None:
    code = (
        "import sys, pipelines.syncing\n"
        "from pipelines.tools import TOOLS\n"
        "before = 'zeep' in sys.modules\n"
        "try:\n"
        "    TOOLS['coveto'].read(None, None, None, None)\n"
        "except AttributeError:\n"
        "    print(before, 'zeep' in sys.modules)"
    )

    assert _told(code) == "False True"
