"""The fault catalogue: every case of transport, content, paging and incremental reading, as data."""

from tests.reliability import (
    catalogue_content,
    catalogue_incremental,
    catalogue_paging,
    catalogue_refusals,
    catalogue_rows,
    catalogue_transport,
    catalogue_values,
)
from tests.reliability.cases import Case

SECTIONS: dict[str, tuple[Case, ...]] = {
    "Transport": catalogue_transport.CASES,
    "Refusals, redirects and sizes": catalogue_refusals.CASES,
    "Texts and documents": catalogue_content.CASES,
    "Dates, fields and values": catalogue_values.CASES,
    "Paging": catalogue_paging.CASES,
    "Rows and deletions": catalogue_rows.CASES,
    "Incremental": catalogue_incremental.CASES,
}
CASES = tuple(case for cases in SECTIONS.values() for case in cases)
