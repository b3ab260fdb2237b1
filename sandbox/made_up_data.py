"""Names, places and texts of nobody: what the made-up tenants are made of."""

import unicodedata
from functools import cache

FIRST_NAMES = (
    "Anna", "Jürgen", "Mara", "Jo\u0308rg", "Bjørn", "Łukasz", "Ömer", "Sören", "Zoë", "Hans-Peter", "Thu Hà",
    "Đorđe",
    "Katharina", "Mehmet", "Noor", "Inés", "Günther", "Ewa", "Lars", "Chloé", "Raphael", "Yıldız", "Svenja",
    "Tobias",
    "Ulrike", "Vivien", "Wolfram", "Xenia", "Yannik", "Änne", "Bärbel", "Cem", "Dörte", "Emre", "Friederike",
    "Gökhan",
    "Hürrem", "Ida", "Jasmin", "Kübra", "Lieselotte", "Marek", "Nadine", "Oluwaseun", "Pawel", "Quirin",
    "Rosa", "Šimon",
)  # fmt: skip
LAST_NAMES = (
    "Müller", "Weiß", "Gro\u0308ßer", "Schmidt-Rottluff", "O'Neill", "von der Heide", "Nguyễn", "Yılmaz",
    "Kowalczyk",
    "Bäcker", "Özdemir", "García López", "Straußberger", "Lindqvist", "Hoffmann", "Petrović", "Nowak",
    "Übelacker",
    "Sørensen", "Dvořák", "Fischer & Sohn", "Krämer", "Jäger", "Böhm", "Schäfer", "König", "Vogel", "Winkler",
    "Lang",
    "Ma\u0308rz", "Ebert", "Seidel", "Haas", "Reuter", "Ziegler", "Ließ", "Thiele", "Brandt", "Kühn", "Pohl",
    "Arnold",
)  # fmt: skip
STREETS = (
    "Albert-Beispiel-Str. 90", "Krankenhausstr. 1", "Lindenallee 12a", "Am Mühlbach 3", "Große Gasse 7",
    "Hauptstraße 100",
    "Straße des Friedens 5", "Gewerbepark Süd 22", "C 4, 9-11", "Weg am Wäldchen 2",
)  # fmt: skip
PLACES = (
    ("91710", "Gunzenstadt", "Bayern"), ("91781", "Weißenburg am Bach", "Bayern"),
    ("10117", "Berlin", "Berlin"),
    ("01067", "Dresden", "Sachsen"), ("50667", "Köln", "Nordrhein-Westfalen"),
    ("99084", "Erfurt", "Thu\u0308ringen"),
    ("1010", "Wien", "Wien"), ("8001", "Zürich", "ZH"), ("20095", "Hamburg", ""),
    ("79098", "Freiburg i. Br.", "Baden-Württemberg"),
)  # fmt: skip
COUNTRIES = (
    "DE",
    "Deutschland",
    "Germany",
    "Österreich",
    "AT",
    "Schweiz",
    "O\u0308sterreich",
    "de",
    "Liliput",
    "",
)
PROFESSIONS = (
    "Pflegefachkraft", "Lagerist", "Elektronikerin für Betriebstechnik", "Buchhalter", "Ärztin",
    "Staplerfahrer",
    "Erzieherin", "Koch", "Softwareentwicklerin", "Schweißer", "Sekretärin", "Physiotherapeut",
    "Berufskraftfahrer",
)  # fmt: skip
DEPARTMENTS = (
    "geriatrische Rehabilitation", "Wareneingang", "Instandhaltung", "Finanzbuchhaltung", "Innere Medizin",
    "Küche",
    "Kita Sonnenschein", "Anwendungsentwicklung", "Nachtdienst",
)  # fmt: skip
COMPANIES = (
    "Klinikum Mu\u0308hlental", "Muster & Söhne GmbH", "Beispiel Personaldienst AG", "Nordlicht Logistik",
    "Café »Zum Ohr«",
    "Stadtwerke Irgendwo", "ÄÖÜ Maschinenbau KG", "Dr. Seltsam Consulting",
)  # fmt: skip
SENTENCES = (
    "Ich arbeite seit vielen Jahren in diesem Beruf und suche eine neue Aufgabe in Wohnortnähe.",
    "Zu meinen Stärken gehören Sorgfalt, Geduld und ein ruhiger Ton auch an vollen Tagen.",
    "Schichtdienst ist für mich kein Problem, Wochenenden nach Absprache.",
    "Der Führerschein der Klasse B ist vorhanden, ein eigenes Auto ebenfalls.",
    "Gehaltsvorstellung: 3.500 € bis 4.300 € brutto > Tarif, < Chefarzt.",
    "Rückfragen bitte erst nach 17:00 Uhr & nur per Mail.",
    "Zuletzt war ich für ein Team von zwölf Personen verantwortlich.",
    "Fortbildungen: Wundmanagement, Praxisanleitung, Erste Hilfe (Auffrischung 2025).",
    "Deutsch C1, Englisch B2, Tu\u0308rkisch als Muttersprache.",
    "Kündigungsfrist: sechs Wochen zum Quartalsende.",
    "Zeilen können\numbrechen und \"Anführungen\" 'aller' »Art« enthalten.",
    "Nach der Elternzeit möchte ich mit 30 Stunden wieder einsteigen.",
)
_SENTENCES_TWICE = SENTENCES * 2
TASKS = (
    "aktivierende Pflege auf Basis gemeinsamer Konzepte und Standards",
    "Mitwirkung bei Planung, Durchführung und Dokumentation",
    "Zusammenarbeit im interdisziplinären Team",
    "Annahme, Prüfung & Einlagerung von Waren",
    "Fehlersuche an Anlagen < 1.000 V",
    "Betreuung von Auszubildenden",
)
BENEFITS = (
    "familiäres und wertschätzendes Miteinander",
    "30 bis 39 Tage Urlaub gemäß Tarifvertrag",
    "Fahrrad-Leasing, Kantine und kostenfreie Parkplätze",
    "betriebliche Altersversorgung",
    "Fort- und Weiterbildung (auch per E-Learning)",
)
CATEGORIES = (
    ("36", "Personalwesen/HR"),
    ("38", "Logistik u. Materialwirtschaft (Einkauf, Lager, Transport v. Güter u. Personen)"),
    ("43", "Informationstechnologie (IT)"), ("48", "Hilfskraft/Aushilfe/Hilfstätigkeit"),
    ("57", "Medizin/Pharma/Pflege"),
    ("70", "Hotel/Gastronomie/Kantine"), ("115", "Erziehung/Bildung/Therapie"),
    ("999", "Sonstige Tätigkeitsbereiche"),
)  # fmt: skip
_TRANSLITERATED = str.maketrans(
    {"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i"}
)


def text(first: int, sentences: int) -> str:
    """So many sentences, from the `first` on."""
    whole, rest = divmod(sentences, len(SENTENCES))
    return " ".join(SENTENCES * whole + _SENTENCES_TWICE[first : first + rest])


@cache
def plain_letters(name: str) -> str:
    """`name` as an address would have it: lower-case ASCII letters and dots."""
    ascii_only = (
        unicodedata.normalize("NFKD", name.translate(_TRANSLITERATED)).encode("ascii", "ignore").decode()
    )
    return "".join(letter if letter.isalnum() else "." for letter in ascii_only.lower()).strip(".")
