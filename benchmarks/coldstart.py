"""Cold start: from the command to the first healthy answer.

python -m benchmarks.coldstart [--quick] [--json FILE]
"""

import time
from pathlib import Path

from benchmarks.harness import luxx, median, parser, report, table, temporary_folder

ROUNDS, ROUNDS_QUICK = 5, 2
EMPTY, EXISTING = "an empty data folder", "an existing data folder"


def seconds(folder: Path) -> float:
    """How long `luxx serve` takes to answer; it is stopped afterwards."""
    began = time.perf_counter()
    with luxx(folder):
        return time.perf_counter() - began


def main() -> None:
    options = parser("Seconds from the command to the first healthy answer.").parse_args()
    taken: dict[str, list[float]] = {EMPTY: [], EXISTING: []}
    for _ in range(ROUNDS_QUICK if options.quick else ROUNDS):
        with temporary_folder() as folder:
            taken[EMPTY].append(seconds(folder))
            taken[EXISTING].append(seconds(folder))
    rows = [
        (where, f"{median(each):.2f}", f"{min(each):.2f}", f"{max(each):.2f}")
        for where, each in taken.items()
    ]
    print(table(("luxx serve on", "median s", "best", "worst"), rows))
    report(options.json, "coldstart", {"seconds": taken})


if __name__ == "__main__":
    main()
