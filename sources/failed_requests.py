"""What it means when a request got no whole answer: which failures another try may mend, and which never."""

import ssl

import requests
import urllib3

from sources.arriving_body import BrokenBodyError
from sources.errors import VendorUnavailableError

FAILURES = (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, BrokenBodyError)
"""Everything that sending a request and reading its answer may raise."""

_TOO_LATE = (requests.exceptions.ReadTimeout, urllib3.exceptions.ReadTimeoutError)
_CUT_SHORT = (BrokenBodyError, urllib3.exceptions.ProtocolError)


def is_refused_certificate(error: BaseException | None) -> bool:
    """Whether a failure goes back to a certificate that was refused: that no other try can mend.

    TLS also fails by a reset or an end in the middle of the handshake; those are failures of the network.
    """
    found: list[BaseException] = []
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, BaseException) or one in found:
            continue
        if isinstance(one, ssl.SSLCertVerificationError):
            return True
        found.append(one)
        waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return False


def refused_certificate(host: str) -> VendorUnavailableError:
    """What a connection fails with whose host's certificate is not trusted."""
    return VendorUnavailableError(
        f"{host} could not be trusted: its TLS certificate was refused",
        'set ca_bundle = "/path/to/ca.pem" for this connection if the host uses a CA of your own',
    )


def unreachable(host: str, error: Exception) -> VendorUnavailableError:
    """What a connection fails with once no try is left."""
    if isinstance(error, _TOO_LATE):
        reason = "did not answer in time"
    elif isinstance(error, _CUT_SHORT):
        reason = "cut its answer short"
    else:
        reason = "could not be reached"
    return VendorUnavailableError(
        f"{host} {reason} ({type(error).__name__})", "check the address and the network, then run again"
    )
