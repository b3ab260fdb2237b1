"""Every error that this product raises on purpose.

AtsError
├── ConfigurationError      exit code 2: a file, key or argument is wrong; raised before any request
│   └── RequestRefusedError     what is to be created cannot be; every problem with its path, nothing was sent
├── SourceError             exit code 1: a connection's read failed, the others go on
│   ├── CredentialsError        the vendor refused the credentials (HTTP 401, fault AUTH)
│   ├── PermissionDeniedError   the credentials lack a right (HTTP 403, fault BERECHTIGUNG)
│   ├── VendorUnavailableError  the vendor could not be reached or kept failing
│   ├── VendorAnswerError       the vendor answered something that is no valid page
│   └── VendorFaultError        the vendor refused a request for a reason of its own (a SOAP fault, HTTP 4xx)
├── WarehouseError          exit code 1: the database or its folder cannot be used
│   └── TransformError          a transform could not be carried out
└── LockedError             exit code 4: another run holds the lock

Each is two lines for the person who runs it: what is wrong, and what to do. Neither may hold a secret or
anything of a candidate.
"""

from collections.abc import Sequence


class AtsError(Exception):
    """A failure that a person can act on: `message` says what is wrong, `remedy` what to do."""

    exit_code = 1

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}"


class ConfigurationError(AtsError):
    """A file, a key or an argument is wrong; nothing was requested yet."""

    exit_code = 2


class RequestRefusedError(ConfigurationError):
    """What is to be created cannot be: `problems` has each with its path; nothing was sent."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems), "Correct the request and send it again; nothing was sent")
        self.problems = tuple(problems)


class SourceError(AtsError):
    """A connection's read failed; the other connections go on."""


class CredentialsError(SourceError):
    """The vendor refused the credentials."""


class PermissionDeniedError(SourceError):
    """The credentials are good, but lack a right."""


class VendorUnavailableError(SourceError):
    """The vendor could not be reached, or kept failing until the retries were used up."""


class VendorAnswerError(SourceError):
    """The vendor answered something that cannot be a page of the contract."""


class VendorFaultError(SourceError):
    """The vendor refused the request for a reason of its own; `code` is its word for it.

    `text` is what the vendor says of it. It may quote a candidate, so it is never shown as it is.
    """

    def __init__(self, message: str, remedy: str, code: str = "", field: str = "", text: str = "") -> None:
        super().__init__(message, remedy)
        self.code = code
        self.field = field
        self.text = text


class WarehouseError(AtsError):
    """The database or its folder cannot be used."""


class TransformError(WarehouseError):
    """A transform could not be carried out; the tables published before stay."""


class LockedError(AtsError):
    """Another run holds the lock of this working folder."""

    exit_code = 4
