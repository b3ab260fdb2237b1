"""How large everything is: as the targets say, small enough to look at quickly, or just enough to run."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """The sizes of one whole run; numbers of candidates but for the last few."""

    parsing: int
    loading: int
    coveto: int
    persy: int
    floor: int
    """The tenant on which whole syncs are compared with the floor."""
    growing: tuple[int, ...]
    """Tenants of growing size onto which one delta goes."""
    latency: int
    delta: int
    """How many candidates change before a delta of a growing tenant."""
    small_delta: int
    """How many change before the delta that is compared with the floor's."""
    connections: int
    command: str
    """What measures at these sizes and writes the document."""
    is_full: bool = False
    """Whether the targets, which are for full size, can be judged by it."""
    preloaded: bool = False
    """Whether contenders are forked from one process that has imported them all, which saves minutes."""
    rounds: int = 3
    plain_share: float = 0.1
    """The plain way runs at this part of the size, and at half of that."""

    def plain(self, size: int) -> tuple[int, int]:
        """The two sizes at which the plain way runs in place of `size`."""
        return max(1, int(size * self.plain_share / 2)), max(2, int(size * self.plain_share))


FULL = Sizes(
    parsing=50_000,
    loading=200_000,
    coveto=200_000,
    persy=200_000,
    floor=50_000,
    growing=(50_000, 200_000, 800_000),
    latency=10_000,
    delta=2_000,
    small_delta=500,
    connections=500,
    command="make bench",
    is_full=True,
)
QUICK = Sizes(
    parsing=5_000,
    loading=4_000,
    coveto=4_000,
    persy=8_000,
    floor=4_000,
    growing=(4_000, 8_000),
    latency=300,
    delta=200,
    small_delta=50,
    connections=20,
    command="python -m benchmarks --quick --output docs/performance.md",
    preloaded=True,
    rounds=1,
)
TINY = Sizes(
    parsing=60,
    loading=60,
    coveto=40,
    persy=40,
    floor=40,
    growing=(30, 60),
    latency=20,
    delta=6,
    small_delta=3,
    connections=2,
    command="pytest",
    rounds=1,
    plain_share=1.0,
)
"""For the tests, which prove that everything runs and that all contenders give the same rows."""
