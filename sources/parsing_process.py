"""Parsing answers in a second process, as one process of Python computes on one core.

A large read is mostly parsing. Once a read has seen enough of it, a second process takes each answer that it
has time for. Whatever it does not take or cannot parse is parsed by the caller, in the one way that also says
what is wrong with an answer: so nothing depends on the second process, and it may die at any moment.
"""

import fcntl
import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing, suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, NamedTuple, Protocol, TypeVar

import msgspec

Parsed = TypeVar("Parsed")
Parsed_co = TypeVar("Parsed_co", covariant=True)

_ENOUGH_BYTES = 8_000_000
"""From here on a read takes long enough for a process to be worth its start."""
_AT_ONCE = 4
"""One answer that is being parsed and three that wait: with fewer, the caller parses too much itself."""
_PARSER, _BODY = b"P", b"B"
"""What a message begins with. A parser follows, or the number of one whose body is the next message."""
_NUMBER_BYTES = 4
_PATIENCE_SECONDS = 60.0
"""Nothing takes as long to parse: somebody has stopped the process."""
_PIPE_BYTES = 1 << 20
"""The most that Linux gives to whoever is not root."""
_SWITCH_SECONDS = 0.001
_OBJECTS_A_COLLECTION = 50_000
"""While records arrive, which refer to no other object, Python need not look for circles after each 700."""
_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[3:]; "
    "from sources.parsing_process import serve; serve(int(sys.argv[1]), int(sys.argv[2]))"
)


class Parser(Protocol[Parsed_co]):
    """Makes something of the body of an answer; can be pickled, and so sent to another process."""

    @property
    def parsed_type(self) -> type[Parsed_co]:
        """What `parse` gives, as msgspec writes and reads it."""

    def parse(self, body: bytes) -> Parsed_co | None:
        """What a body holds; None, or any exception, where that is not plain."""


class _AtWork:
    """How many second processes are at work: together with this one, no more than there are cores.

    While there is one, threads take turns oftener. By Python's own setting, whoever waits for an answer may
    wait another 5 ms while a thread computes. Parsing takes no longer than that, and meanwhile the second
    process would stand still. And Python looks less often for objects that refer to each other, as it would
    after some 700 new ones: a large read makes millions that do not.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._usual = 0.0
        self._usual_collection = gc.get_threshold()

    def begin(self) -> bool:
        """One more is at work; False where no core is left for it."""
        with self._lock:
            if self._count >= _cores() - 1:
                return False
            if not self._count:
                self._usual = sys.getswitchinterval()
                sys.setswitchinterval(min(self._usual, _SWITCH_SECONDS))
                self._usual_collection = gc.get_threshold()
                usual, *older = self._usual_collection
                if usual:  # 0 is for a program that wants no collection at all
                    gc.set_threshold(max(usual, _OBJECTS_A_COLLECTION), *older)
            self._count += 1
            return True

    def end(self) -> None:
        """One less; after the last everything is as it was."""
        with self._lock:
            self._count -= 1
            if not self._count:
                sys.setswitchinterval(self._usual)
                gc.set_threshold(*self._usual_collection)


_AT_WORK = _AtWork()


class _Line(NamedTuple):
    """What is open to another process."""

    receiving: Connection
    sending: Connection

    def close(self) -> None:
        """Both ways."""
        self.receiving.close()
        self.sending.close()


def _lines() -> tuple[_Line, _Line]:
    """The two ends of a line that whole answers fit into, so that neither side waits for the other."""
    theirs, our_sending = Pipe(duplex=False)
    our_receiving, their_sending = Pipe(duplex=False)
    if hasattr(fcntl, "F_SETPIPE_SZ"):  # elsewhere it holds what the system lets it
        for connection in (our_sending, their_sending):
            with suppress(OSError):
                fcntl.fcntl(connection.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return _Line(our_receiving, our_sending), _Line(theirs, their_sending)


class ParsingProcess:
    """The second process of one read; started once it pays. Safe to use from several threads.

    Args:
        start_after: how many bytes the read parses by itself before.
    """

    def __init__(self, start_after: int = _ENOUGH_BYTES) -> None:
        self._start_after = start_after
        self._seen = 0
        self._state = threading.Lock()
        self._sending = threading.Lock()
        self._receiving = threading.Lock()
        self._free = threading.Semaphore(_AT_ONCE)
        self._replies: deque[Future[bytes]] = deque()
        self._numbers: dict[int, tuple[int, Any, Any]] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._line: _Line | None = None
        self._is_ready = False
        self._is_closed = not _has_interpreter()

    def parse(self, parser: Parser[Parsed], body: bytes) -> Parsed | None:
        """What the second process makes of a body; None where the caller must parse it."""
        try:
            line = self._ready(len(body))
            if line is None or not self._free.acquire(blocking=False):
                return None
            try:
                return self._asked(line, parser, body)
            finally:
                self._free.release()
        except Exception:  # noqa: BLE001 - it is gone, or out of step: whatever it is, the caller can parse
            self.close()
            return None
        except BaseException:  # stopped, perhaps in the middle of a message
            self.close()
            raise

    def close(self) -> None:
        """End the second process; from now on every caller parses."""
        with self._state:
            self._is_closed = True
            process, line = self._process, self._line
            self._process = self._line = None
        if process is None or line is None:
            return
        _AT_WORK.end()
        process.kill()  # whoever waits for an answer of it finds the end of the line
        process.wait()
        with self._sending, self._receiving:
            line.close()

    def _ready(self, size: int) -> _Line | None:
        """The line to the process, once it has answered for the first time."""
        with self._state:
            if self._is_closed:
                return None
            self._seen += size
            if self._line is None:
                if self._seen >= self._start_after and _AT_WORK.begin():
                    self._start()
                return None
            if not self._is_ready and self._line.receiving.poll():
                with suppress(OSError, EOFError):  # that it is gone shows when it is asked
                    self._line.receiving.recv_bytes()
                self._is_ready = True
            return self._line if self._is_ready else None

    def _start(self) -> None:
        ours, theirs = _lines()
        ends = [one.fileno() for one in theirs]
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _PROGRAM, *map(str, ends), *sys.path],
                pass_fds=ends,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # a traceback could quote what it parsed
            )
        except BaseException:  # no interpreter to be found, or no memory
            ours.close()
            _AT_WORK.end()
            raise
        finally:
            theirs.close()
        self._line = ours

    def _asked(self, line: _Line, parser: Parser[Parsed], body: bytes) -> Parsed | None:
        reply: Future[bytes] = Future()
        with self._sending:
            number, decoder = self._introduced(line.sending, parser)
            line.sending.send_bytes(_BODY + number.to_bytes(_NUMBER_BYTES))
            line.sending.send_bytes(body)
            self._replies.append(reply)
        while not reply.done():  # answers come in order, to whoever listens
            with self._receiving:
                if not reply.done():
                    if not line.receiving.poll(_PATIENCE_SECONDS):
                        raise TimeoutError
                    self._replies[0].set_result(line.receiving.recv_bytes())
                    self._replies.popleft()
        parsed = reply.result()
        return decoder.decode(parsed) if parsed else None

    def _introduced(self, sending: Connection, parser: Parser[Parsed]) -> tuple[int, Any]:
        """The number by which the process knows a parser, and what reads its answers."""
        if id(parser) not in self._numbers:
            sending.send_bytes(_PARSER + pickle.dumps(parser))
            # with the parser itself, as the id of one that is gone may become another's
            introduced = (len(self._numbers), msgspec.msgpack.Decoder(parser.parsed_type), parser)
            self._numbers[id(parser)] = introduced
        number, decoder, _ = self._numbers[id(parser)]
        return number, decoder


def serve(receiving: int, sending: int) -> None:
    """Parse what comes until nobody sends any more: the program of the second process.

    Args:
        receiving: the open end of a pipe. First a parser comes; later another, or the number of one and, as a
            message of its own, a body.
        sending: that of the pipe for what they become.
    """
    gc.disable()  # what parsing makes never refers to itself, and looking for that takes a sixth of the time
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; ours ends with its parent
    encoder = msgspec.msgpack.Encoder()
    parse: list[Callable[[bytes], Any]] = []
    line = _Line(Connection(receiving, writable=False), Connection(sending, readable=False))
    with closing(line), suppress(EOFError, OSError):
        line.sending.send_bytes(b"ready")
        while True:
            message = line.receiving.recv_bytes()
            if message.startswith(_PARSER):
                parse.append(pickle.loads(message[1:]).parse)  # noqa: S301 - of our own, never of a vendor
            else:
                body = line.receiving.recv_bytes()
                line.sending.send_bytes(_reply(parse[int.from_bytes(message[1:])], body, encoder))


def _reply(parse: Callable[[bytes], Any], body: bytes, encoder: msgspec.msgpack.Encoder) -> bytes:
    try:
        parsed = parse(body)
        return b"" if parsed is None else encoder.encode(parsed)
    except Exception:  # noqa: BLE001 - the asking process parses it again, and says what is wrong
        return b""


def _has_interpreter() -> bool:
    """Whether Python can be started: inside of another program, what started is that program."""
    name = os.path.basename(sys.executable or "").lower()  # noqa: PTH119 - a text, and perhaps no path
    return name.startswith(("python", "pypy")) and not getattr(sys, "frozen", False)


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
