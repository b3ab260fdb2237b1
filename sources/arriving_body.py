"""The body of an answer, piece by piece as it arrives, so that whoever reads can stop a drip in time."""

import zlib
from collections.abc import Iterator

import urllib3

_PIECE_BYTES = 1 << 18
_GZIP_OR_ZLIB = 47
"""zlib's window bits for either header, told by the stream itself."""
_COMPRESSED = {"gzip", "x-gzip", "deflate"}

ACCEPTED_ENCODING = "gzip"
"""What `decoded_pieces` is to be asked for with."""


class BrokenBodyError(Exception):
    """A compressed body that is damaged or not whole."""


def pieces(response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    """The body as it comes over the wire; each step waits for one read of the socket at most.

    Raises:
        urllib3.exceptions.HTTPError: the connection broke, or the body is not whole.
    """
    while piece := response.read1(_PIECE_BYTES, decode_content=False):
        yield piece


def decoded_pieces(response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    """The same, decompressed where the answer says that it is compressed.

    A piece may be empty, as compressed bytes can come that give nothing yet; none is larger than 256 kB,
    whatever a few compressed bytes grow to.

    Raises:
        urllib3.exceptions.HTTPError: the connection broke, or the body is not whole.
        BrokenBodyError: it cannot be decompressed.
    """
    if response.headers.get("Content-Encoding", "").strip().lower() not in _COMPRESSED:
        yield from pieces(response)
        return
    stream = zlib.decompressobj(_GZIP_OR_ZLIB)
    is_begun = False
    for piece in pieces(response):
        waiting = piece
        while waiting:
            if stream.eof:  # a gzip body may be several, one after the other
                stream = zlib.decompressobj(_GZIP_OR_ZLIB)
            is_begun = True
            yield from _decompressed(stream, waiting)
            waiting = stream.unused_data
        yield b""
    if is_begun and not stream.eof:
        raise BrokenBodyError("the compressed body is cut short")


def _decompressed(stream: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    """What `data` decompresses to, up to the end of its stream."""
    while True:
        try:
            piece = stream.decompress(data, _PIECE_BYTES)
        except zlib.error as error:
            raise BrokenBodyError("the compressed body is damaged") from error
        yield piece
        data = stream.unconsumed_tail
        if stream.eof or (not data and len(piece) < _PIECE_BYTES):
            return
