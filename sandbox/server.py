"""Both made-up vendors on loopback."""

from functools import partial
from types import TracebackType

from sandbox.connection_settings import alternative_settings, connection_settings
from sandbox.coveto_api import CovetoApi
from sandbox.coveto_tenant import CovetoTenant
from sandbox.faults import Fault
from sandbox.http_server import LoopbackServer
from sandbox.persy_api import PersyApi
from sandbox.persy_tenant import PersyTenant
from sandbox.tenant import answer_of


class Sandbox:
    """Serves a Coveto and a Persy tenant from background threads until it is closed; a context manager.

    Either tenant can be None. Port 0 takes any free one.
    """

    def __init__(
        self,
        coveto: CovetoTenant | None = None,
        persy: PersyTenant | None = None,
        *,
        coveto_port: int = 0,
        persy_port: int = 0,
    ) -> None:
        self.coveto = coveto
        self.persy = persy
        self._coveto_server: LoopbackServer | None = None
        self._persy_server: LoopbackServer | None = None
        try:
            if coveto:
                self._coveto_server = LoopbackServer(
                    partial(answer_of, CovetoApi(coveto)), coveto, coveto_port
                )
            if persy:
                self._persy_server = LoopbackServer(partial(answer_of, PersyApi(persy)), persy, persy_port)
        except OSError:  # a port is taken
            self.close()
            raise

    @property
    def coveto_url(self) -> str:
        """Base URL of the Coveto tenant; the WSDL is at /public/soap/?wsdl below it."""
        return _url(self._coveto_server)

    @property
    def persy_url(self) -> str:
        """Base URL of the Persy tenant."""
        return _url(self._persy_server) + "/persy/api/v1"

    @property
    def failures(self) -> list[BaseException]:
        """Errors of the sandbox itself, which should never be any."""
        servers = (self._coveto_server, self._persy_server)
        return [failure for server in servers if server for failure in server.failures]

    def arm(self, *faults: Fault) -> None:
        """Let faults happen at both tenants."""
        for tenant in (self.coveto, self.persy):
            if tenant:
                tenant.arm(*faults)

    def disarm(self) -> None:
        """Forget all armed faults of both tenants."""
        for tenant in (self.coveto, self.persy):
            if tenant:
                tenant.disarm()

    def connection_settings(self) -> tuple[str, str]:
        """The lines for .dlt/config.toml and for .dlt/secrets.toml that connect to both tenants."""
        return connection_settings(
            self.coveto,
            self.coveto_url if self.coveto else "",
            self.persy,
            self.persy_url if self.persy else "",
        )

    def alternative_settings(self) -> tuple[str, str]:
        """The same for the tenants' other names: the second WSDL, and Persy's other paths."""
        return alternative_settings(
            self.coveto,
            self.coveto_url if self.coveto else "",
            self.persy,
            self.persy_url if self.persy else "",
        )

    def close(self) -> None:
        """Stop serving."""
        for server in (self._coveto_server, self._persy_server):
            if server:
                server.close()

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _url(server: LoopbackServer | None) -> str:
    if server is None:
        raise ValueError("the sandbox was started without this tenant")
    return server.url
