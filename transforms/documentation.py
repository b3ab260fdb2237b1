"""docs/tables.md, from the yml files. `python -m transforms.documentation` writes it."""

from pathlib import Path

from transforms.models import Column, Table, load_tables

HEAD = """# The tables

Schema `unified`; generated from `transforms/unified/*.yml` by `python -m transforms.documentation`.
`unified_current` has the same tables without the rows that the source no longer holds (those with a
`remote_deleted_at`).

Texts that are blank are null. Timestamps are UTC. What could not be read or mapped is null or as it came, and
is listed in `mapping_gaps`. Columns marked *personal* hold what is about a person.
"""
TITLES = {"coveto": "Coveto", "compleetpersy": "Persy"}


def tables_document() -> str:
    """The text of docs/tables.md."""
    return "\n".join([HEAD, *(_table(table) for table in load_tables())])


def _table(table: Table) -> str:
    tools = sorted({tool for column in table.columns for tool in column.filled_by}, key=list(TITLES).index)
    heads = ["column", "type", "what it is", *(f"from {TITLES[tool]}" for tool in tools)]
    if not table.operations:
        heads, tools = heads[:3], []
    lines = [
        f"## {table.name}",
        "",
        table.description,
        "",
        f"One row: {table.grain}. Key: {', '.join(f'`{name}`' for name in table.primary_key)}.",
        "",
        f"| {' | '.join(heads)} |",
        f"|{'---|' * len(heads)}",
        *(f"| {' | '.join(_cells(column, tools))} |" for column in table.columns),
        "",
    ]
    return "\n".join(lines)


def _cells(column: Column, tools: list[str]) -> list[str]:
    about = column.description
    if column.values:
        about += f" One of {', '.join(f'`{value}`' for value in column.values)}."
    if column.personal:
        about += " *personal*"
    for test in column.tests:
        if test.to:
            about += f" Refers to `{test.to}`."
    sources = [column.filled_by.get(tool, "—") for tool in tools]
    return [f"`{column.name}`", column.kind, *(cell.replace("|", "\\|") for cell in (about, *sources))]


def main() -> None:
    """Write docs/tables.md beside the package."""
    file = Path(__file__).parent.parent / "docs" / "tables.md"
    file.parent.mkdir(exist_ok=True)
    file.write_text(tables_document(), encoding="utf-8")


if __name__ == "__main__":
    main()
