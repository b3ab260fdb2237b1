"""What a connection needs to be read: the keys of `[connections.<name>]` and of `[defaults]`, checked."""

import ipaddress
from contextlib import suppress
from datetime import date, datetime
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    SecretStr,
    StringConstraints,
    Tag,
    field_validator,
    model_validator,
)

from sources.schedule import DELTA_EVERY, FULL_EVERY, seconds_of

CREATED_MODELS = ("candidates", "applications")
"""What can be created at a vendor."""

RETENTION_DAYS = 14
RetainedModel = Literal[
    "jobs", "candidates", "applications", "screening_questions", "job_screening_questions"
]
MOST_DAYS = 36_500
"""A hundred years; a longer time ago is no date."""
Days = Annotated[int, Field(ge=0, le=MOST_DAYS)]
FORMS = ("(for all models)", "(by model)")
"""Two forms that one key may have; a problem of a value is told for the form that it has."""
DaysOfModels = Annotated[
    Annotated[Days, Tag(FORMS[0])] | Annotated[dict[RetainedModel, Days], Tag(FORMS[1])],
    Discriminator(lambda value: FORMS[isinstance(value, dict)]),
]
ConnectionName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,40}$")]


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own, the only kind that may be read without TLS."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def checked_url(url: str) -> str:
    """`url` without a trailing slash; a ValueError where it is no https URL (http for loopback alone)."""
    parts = urlsplit(url)
    if parts.username or parts.password or "@" in parts.netloc:
        raise ValueError("the URL must not hold credentials; they belong in .dlt/secrets.toml")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{url!r} is no URL; write it like https://host/path")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError(f"{url!r} is not encrypted; only https is read, but for loopback addresses")
    return url.rstrip("/")


def _date_or_time(value: object) -> object:
    """A date or a time, as TOML has them or as text, and nothing else."""
    if isinstance(value, str):
        for form in (date, datetime):
            with suppress(ValueError):
                return form.fromisoformat(value)
    if value is None or isinstance(value, date):
        return value
    raise ValueError("must be a date like 2026-01-31 or a time like 2026-01-31T08:00:00+01:00")


class Endpoint(BaseModel):
    """How one model is read. `None` means: as `endpoints.toml` of the tool says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool | None = None
    operation: str | None = None
    """Coveto: the operation of the WSDL."""
    path: str | None = None
    """Persy: the path below the base URL."""
    arguments: dict[str, str] | None = None
    """Our word (limit, offset, page, modified_since) to the vendor's name for it."""
    paging: Literal["offset", "page", "none"] | None = None
    records: str | None = None
    """Where the list is in the answer, names joined by dots."""
    total: str | None = None
    """Where the count is in the answer; an empty text where there is none."""
    remote_id: str | tuple[str, ...] | None = None
    """Where the id is in a record; several paths are joined by ":"."""
    modified_at: str | None = None
    """Persy: where the time of the last change is in a record."""
    fields: tuple[str, ...] | None = None
    """Persy: the keys of an opening that make up a job."""
    page_size: int | None = Field(default=None, ge=2)
    """The largest page that the vendor serves."""
    confirm: str | None = None
    """What is asked for one record before it counts as gone; empty: nothing. Coveto: the operation.
    Persy: the path below the base URL, with {id} for the id."""
    confirm_argument: str | None = None
    """Coveto: the argument of that operation that takes the id."""
    confirm_record: str | None = None
    """Coveto: where the one record is in what that operation answers."""
    candidate_id: str | None = None
    """Coveto: where an application names its candidate, so that a forgotten person's are left out."""


class Retention(BaseModel):
    """How long the values of deleted records are kept, and which of them go then (contract, "retention")."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    retention_days: DaysOfModels = RETENTION_DAYS
    """For all models, or by model; a model that is left out has the default."""
    retention: Literal["personal", "all"] = "personal"
    """"all" takes every column but ids, references and the times of change and deletion."""

    def retention_days_of(self, model: str) -> int:
        """How many days after a deletion the values of a model's records go."""
        days = self.retention_days
        return (
            days
            if isinstance(days, int)
            else {str(key): value for key, value in days.items()}.get(model, RETENTION_DAYS)
        )


class Connection(Retention):
    """One tenant of one tool. `name` is the key below `connections`."""

    name: ConnectionName
    tool: str
    api_key: SecretStr
    endpoints: dict[str, Endpoint] = Field(default_factory=dict)
    actions: dict[str, dict[str, str]] = Field(default_factory=dict)
    """What differs from `actions.toml` of the tool: section to our word to the tenant's."""
    page_size: int | None = Field(default=None, ge=2)
    in_flight: int = Field(default=4, ge=1, le=64)
    requests_per_second: float | None = Field(default=None, gt=0)
    connect_timeout_seconds: float = Field(default=10, gt=0)
    read_timeout_seconds: float = Field(default=120, gt=0)
    retries: int = Field(default=5, ge=0)
    retry_after_max_seconds: float = Field(default=300, ge=0)
    max_answer_mb: float = Field(default=256, gt=0)
    max_deleted_share: float = Field(default=0.2, ge=0, le=1)
    confirm_deletes_up_to: int = Field(default=100, ge=0)
    full_every: str = FULL_EVERY["compleetpersy"]
    delta_every: str = DELTA_EVERY
    ca_bundle: str | None = None

    @property
    def connection_id(self) -> str:
        """The connection's name everywhere in the warehouse, `<tool>:<name>`."""
        return f"{self.tool}:{self.name}"

    @field_validator("full_every", "delta_every")
    @classmethod
    def _is_duration(cls, value: str) -> str:
        seconds_of(value)
        return value

    @field_validator("api_key")
    @classmethod
    def _is_filled(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value().strip()  # a mounted secret ends in a line feed
        if not text:
            raise ValueError("is empty")
        if not text.isprintable():
            raise ValueError("holds a character that no credential can")
        return SecretStr(text)


class CovetoConnection(Connection):
    """A Coveto tenant, read over its legacy SOAP API."""

    tool: Literal["coveto"] = "coveto"
    subdomain: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")] | None = None
    base_url: str | None = None
    wsdl: str | None = None
    service_url: str | None = None
    customer_number: SecretStr
    auth: Literal["basic", "wsse", "elements"] = "basic"
    auth_elements: dict[Literal["customer_number", "api_key"], str] = Field(default_factory=dict)
    """With auth "elements": our word to the path of the request element that takes it."""
    only_created: bool = False
    """Keep to the candidates and applications that were created through us, read one by one."""
    default_source: str | None = None
    attachment_max_mb: float = Field(default=20, gt=0)
    """The largest attachment that is sent with a new candidate or application."""
    full_every: str = FULL_EVERY["coveto"]

    @field_validator("customer_number")
    @classmethod
    def _number_is_filled(cls, value: SecretStr) -> SecretStr:
        return cls._is_filled(value)

    @field_validator("base_url", "service_url")
    @classmethod
    def _is_encrypted(cls, value: str | None) -> str | None:
        return None if value is None else checked_url(value)

    @field_validator("wsdl")
    @classmethod
    def _wsdl_is_encrypted(cls, value: str | None) -> str | None:
        if value is not None:
            checked_url(value)
        return value

    @model_validator(mode="after")
    def _is_reachable(self) -> "CovetoConnection":
        if not self.root_url and not (self.wsdl and self.service_url):
            raise ValueError('has neither subdomain nor base_url; write subdomain = "k12345"')
        if self.auth == "elements" and not self.auth_elements:
            raise ValueError(
                'auth = "elements" needs auth_elements = { customer_number = "…", api_key = "…" }'
            )
        for model in CREATED_MODELS if self.only_created else ():
            if (endpoint := self.endpoints.get(model)) is not None and endpoint.confirm == "":
                raise ValueError(
                    f"only_created asks for single records, and confirm of the endpoint {model} is empty"
                )
        return self

    @property
    def root_url(self) -> str | None:
        """The tenant's host."""
        return self.base_url or (f"https://{self.subdomain}.coveto.de" if self.subdomain else None)

    @property
    def wsdl_url(self) -> str:
        """Where the WSDL is."""
        return self.wsdl or f"{self.root_url}/public/soap/?wsdl"

    @property
    def soap_url(self) -> str:
        """Where requests go; the address inside the WSDL is a placeholder and never used."""
        return self.service_url or f"{self.root_url}/public/soap/"


class PersyConnection(Connection):
    """A Compleet Persy tenant, read over its REST API."""

    tool: Literal["compleetpersy"] = "compleetpersy"
    base_url: str = "https://www.germanpersonnel.de/persy/api/v1"
    auth: Literal["bearer", "basic", "header"] = "bearer"
    auth_header: str | None = None
    """With auth "header": the name of the header that takes the key."""
    username: str | None = None
    """With auth "basic": the user; the key is the password."""
    overlap_minutes: float = Field(default=10, ge=0, le=MOST_DAYS * 24 * 60)
    candidates_modified_after: Annotated[date | datetime | None, BeforeValidator(_date_or_time)] = None
    candidates_window_days: int | None = Field(default=None, ge=1, le=MOST_DAYS)

    @field_validator("base_url")
    @classmethod
    def _is_encrypted(cls, value: str) -> str:
        return checked_url(value)

    @model_validator(mode="after")
    def _is_whole(self) -> "PersyConnection":
        if self.auth == "header" and not self.auth_header:
            raise ValueError(
                'auth = "header" needs auth_header = "X-Api-Key" or whatever the header is called'
            )
        if self.auth == "basic" and not self.username:
            raise ValueError('has auth = "basic" and no username; add username = "…"')
        if self.auth != "basic" and not self.api_key.get_secret_value().isascii():
            raise ValueError("has an api_key with characters that no HTTP header can hold")
        if self.candidates_modified_after and self.candidates_window_days:
            raise ValueError("has both candidates_modified_after and candidates_window_days; keep one")
        return self


TOOLS: dict[str, type[CovetoConnection] | type[PersyConnection]] = {
    "coveto": CovetoConnection,
    "compleetpersy": PersyConnection,
}
