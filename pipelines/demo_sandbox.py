"""The made-up vendors, for `ats sandbox` and `ats demo`; the one place of this package that knows of them."""

import threading

import typer

from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from sources.errors import ConfigurationError


def made_up_vendors(
    *, candidates: int, seed: int, coveto_port: int = 0, persy_port: int = 0
) -> tuple[Sandbox, CovetoTenant, PersyTenant]:
    """Both APIs, serving tenants of so many candidates each, and the tenants, to be edited."""
    coveto = CovetoTenant.generate(seed=seed, candidates=candidates)
    persy = PersyTenant.generate(seed=seed, candidates=candidates)
    try:
        return Sandbox(coveto, persy, coveto_port=coveto_port, persy_port=persy_port), coveto, persy
    except OSError as error:
        raise ConfigurationError(
            f"Port {coveto_port} or {persy_port} cannot be taken: {error.strerror}",
            "Name free ones with --coveto-port and --persy-port; 0 takes any",
        ) from error


def serve(*, coveto_port: int, persy_port: int, candidates: int, seed: int) -> None:
    """Serve until stopped, after printing the settings that connect to it."""
    sandbox, _, _ = made_up_vendors(
        candidates=candidates, seed=seed, coveto_port=coveto_port, persy_port=persy_port
    )
    with sandbox:
        config, secrets = sandbox.connection_settings()
        typer.echo(f"# .dlt/config.toml\n{config}\n# .dlt/secrets.toml\n{secrets}")
        typer.echo(f"# Serving {candidates:,} candidates each. Stop with Control-C.")
        threading.Event().wait()
