"""Made-up attachments of Persy candidates."""

from dataclasses import dataclass

from sandbox.dice import Dice, turn
from sandbox.persy_openings import opening_id, opening_list
from sandbox.record_store import Record

_FILES = (
    ("Lebenslauf", "Lebenslauf {number}.pdf", "application/pdf"),
    (
        "Anschreiben",
        "Anschreiben_für_Sie.docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("Zeugnis", "Zeugnis.png", "image/png"),
    ("Sonstiges", "Lebenslauf {number}.pdf", "application/pdf"),
    ("Arbeitsprobe", "probe.unbekannt", ""),
)


@dataclass(frozen=True)
class Attachment:
    """A file at a candidate, as `attachments` lists it, and its content."""

    description: Record
    content: bytes

    @property
    def key(self) -> str:
        """Its id."""
        return str(self.description["Id"])


def make_attachments(seed: int, candidate: int, record: Record) -> list[Attachment]:
    """None to three files, some of them at one of the candidate's applications."""
    dice = Dice(seed, 14, candidate)
    openings = opening_list(record.get("PositionOpening"))
    opening = opening_id(openings[0]) if openings else None
    attachments = []
    for place in range((candidate + seed) % 4):
        context, name, mime_type = turn(_FILES, candidate + place)
        content = f"%PDF-1.4 {candidate} {place} ".encode() + bytes([dice.below(256)]) * (
            200 + dice.below(2000)
        )
        description: Record = {
            "Id": f"{candidate}-{place + 1}",
            "FileName": name.format(number=candidate),
            "MimeType": mime_type,
            "Context": context,
            "PositionOpeningId": opening if place % 2 else None,
            "CreationDate": f"2026-0{1 + dice.below(9)}-1{dice.below(9)}T08:30:00+01:00",
            "LastModificationDate": turn(("2026-10-01T10:00:00Z", "05.10.2026", ""), candidate + place),
            "Size": len(content),
        }
        attachments.append(
            Attachment({key: value for key, value in description.items() if value != ""}, content)
        )
    return attachments
