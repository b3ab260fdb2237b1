"""The configuration that connects to a sandbox."""

from sandbox.coveto_flavours import CONTRACTS
from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_api import ALTERNATIVE, CONTRACT
from sandbox.persy_tenant import PersyTenant

_PERSY_ALTERNATIVE = """
[connections.leihwerk.endpoints.candidates]
path = "/applicants"
arguments = { limit = "size", page = "pageNo", modified_since = "changedSince" }
records = "data.items"
total = "data.count"
"""


def connection_settings(
    coveto: CovetoTenant | None, coveto_url: str, persy: PersyTenant | None, persy_url: str
) -> tuple[str, str]:
    """The lines for .dlt/config.toml and .dlt/secrets.toml: `acme` is Coveto, `leihwerk` Persy."""
    config, secrets = [], []
    if coveto:
        lines = ["[connections.acme]", 'tool = "coveto"', f'base_url = "{coveto_url}"']
        config.append(_block(lines, [] if coveto.auth == "basic" else [f'auth = "{coveto.auth}"']))
        secrets.append(
            _block(
                [
                    "[connections.acme]",
                    f'customer_number = "{coveto.customer_number}"',
                    f'api_key = "{coveto.api_key}"',
                ]
            )
        )
    if persy:
        config.append(_persy_block(persy, persy_url))
        secrets.append(_block(["[connections.leihwerk]", f'api_key = "{persy.api_key}"']))
    return "\n".join(config), "\n".join(secrets)


def alternative_settings(
    coveto: CovetoTenant | None, coveto_url: str, persy: PersyTenant | None, persy_url: str
) -> tuple[str, str]:
    """As `connection_settings`, for the second WSDL and for Persy's other paths."""
    config = []
    if coveto:
        text = (CONTRACTS / "alternative_connection.toml").read_text(encoding="utf-8")
        config.append(text.replace("{url}", coveto_url))
    if persy:
        url = persy_url.removesuffix(CONTRACT.root) + ALTERNATIVE.root
        config.append(_persy_block(persy, url) + _PERSY_ALTERNATIVE)
    return "\n".join(config), connection_settings(coveto, coveto_url, persy, persy_url)[1]


def _persy_block(persy: PersyTenant, url: str) -> str:
    lines = ["[connections.leihwerk]", 'tool = "compleetpersy"', f'base_url = "{url}"']
    return _block(lines, _persy_authentication(persy))


def _persy_authentication(persy: PersyTenant) -> list[str]:
    if persy.auth == "basic":
        return ['auth = "basic"', f'username = "{persy.username}"']
    if persy.auth == "header":
        return ['auth = "header"', f'auth_header = "{persy.auth_header}"']
    return []


def _block(lines: list[str], more: list[str] | None = None) -> str:
    return "\n".join([*lines, *(more or [])]) + "\n"
