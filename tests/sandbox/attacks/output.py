"""Attacks on whoever reads what a job prints, and ends that are no ends."""

from dataclasses import replace

from sandbox.attacks.attack import QUICK, Attack
from sandbox.attacks.checks import (
    hides_the_servers_paths,
    is_neutral,
    is_text,
    keeps_output,
)

ATTACKS = [
    Attack(
        "prints_for_ever",
        "yes",
        language="shell",
        bare=True,
        stops=("output",),
        check=keeps_output,
    ),
    Attack(
        "prints_errors_for_ever",
        "yes >&2",
        language="shell",
        bare=True,
        stops=("output",),
        check=keeps_output,
    ),
    Attack(
        "prints_one_endless_line",
        "while True: sys.stdout.write('界' * 10_000)",
        bare=True,
        stops=("output",),
        check=keeps_output,
    ),
    Attack(
        "prints_more_than_is_kept",
        "print('x' * 100_000)",
        bare=True,
        says="x" * 10_000,
        check=keeps_output,
    ),
    Attack(
        "prints_what_is_no_text",
        "os.write(1, bytes(range(256)) + b'\\xff\\xfe\\0\\xed\\xa0\\x80 end')",
        bare=True,
        says="end",
        check=is_text,
    ),
    Attack(
        "prints_terminal_sequences",
        r"os.write(1, b'\x1b]0;title\x07\x1b[2J\x1b[31mred\xc2\x9b2J\x9b\x08\r\x7f end')"
        "\n"
        r"os.write(2, b'\x1b]52;c;ZXZpbA==\x07')",
        bare=True,
        says="end",
        check=is_neutral,
    ),
    Attack(
        "prints_where_it_is",
        "print('at', os.getcwd(), sys.argv, __file__ if '__file__' in globals() else '')\n"
        "sys.stdout.flush()\n1 / 0",
        bare=True,
        says="at ",
        check=hides_the_servers_paths,
        accepted={"landlock": "a job works in the folder itself, under its own name"},
    ),
    Attack("reads_from_nowhere", "ctypes.string_at(0)", bare=True, exits=(139,)),
    Attack(
        "recurses_for_ever",
        "sys.setrecursionlimit(10**9)\ndef f(): return f()\n"
        "try: f()\nexcept (RecursionError, SystemError): raise Held('seen') from None",
        limits=replace(QUICK, memory=96 << 20),
        stops=("memory",),
        # Where the interpreter does not see it coming, the stack overflows.
        exits=(134, 139),
    ),
    Attack("kills_itself", "os.kill(os.getpid(), 9)", bare=True, exits=(137,)),
    Attack("exits_with_an_error", "exit 42", language="shell", bare=True, exits=(42,)),
]
