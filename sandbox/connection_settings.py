"""The configuration that connects to a sandbox."""

from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant


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
        lines = ["[connections.leihwerk]", 'tool = "compleetpersy"', f'base_url = "{persy_url}"']
        config.append(_block(lines, _persy_authentication(persy)))
        secrets.append(_block(["[connections.leihwerk]", f'api_key = "{persy.api_key}"']))
    return "\n".join(config), "\n".join(secrets)


def _persy_authentication(persy: PersyTenant) -> list[str]:
    if persy.auth == "basic":
        return ['auth = "basic"', f'username = "{persy.username}"']
    if persy.auth == "header":
        return ['auth = "header"', f'auth_header = "{persy.auth_header}"']
    return []


def _block(lines: list[str], more: list[str] | None = None) -> str:
    return "\n".join([*lines, *(more or [])]) + "\n"
