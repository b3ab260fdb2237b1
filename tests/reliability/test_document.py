"""docs/reliability.md says what the catalogue says."""

from tests.reliability.document import PATH, document


def test_the_document_is_up_to_date() -> None:
    written = PATH.read_text(encoding="utf-8")
    assert written == document(), "type: python -m tests.reliability.document"
