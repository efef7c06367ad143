"""Attacks that leave something for the next call, or for the server's own file tools."""
# ruff: noqa: S108 - folders that everybody may write to are where they leave it

import os
from collections.abc import Callable

from sandbox.attacks.attack import Attack, Outcome, Unconfined

from luxx.errors import ToolFailed
from luxx.sandbox.files import Walk
from luxx.sandbox.workspace import Workspace

_MODULES = ["json", "os", "site", "sitecustomize", "usercustomize", "encodings", "random", "re"]
_CLEAN_PYTHON = Attack(
    "is_not_touched",
    "import json, random, re, site\nprint('clean', json.dumps([1]))",
    bare=True,
    says="clean [1]",
)
_CLEAN_SHELL = Attack(
    "is_not_touched_in_shell", "ls >/dev/null && echo clean", "shell", bare=True, says="clean"
)


def _refuses(name: str) -> Callable[[Outcome], None]:
    def check(outcome: Outcome) -> None:
        """The file tools say no, at once."""
        if not os.path.lexists(outcome.workspace / name):
            assert "EPERM" in outcome.completed.stdout
            return
        tools = Workspace(outcome.workspace)
        try:
            content, _ = tools.read(name, 0, 1000)
        except ToolFailed:
            return
        raise AssertionError(content)

    return check


def _file_tools_work(outcome: Outcome) -> None:
    tools = Workspace(outcome.workspace)
    assert list(tools.walk(".", Walk(1000, 64)))
    tools.write("new.txt", b"new")
    assert tools.read("new.txt", 0, 10) == (b"new", 3)


PLANTED = [
    Attack(
        "plants_modules_for_the_next_call",
        f"for name in {_MODULES}:\n"
        "    with open(name + '.py', 'w') as file: file.write('print(\"PLANTED\")')\n"
        "os.makedirs('luxx')\nopen('luxx/__init__.py', 'w').write('print(\"PLANTED\")')\n"
        "print('planted')",
        bare=True,
        says="planted",
        then=_CLEAN_PYTHON,
    ),
    Attack(
        "plants_modules_in_its_home",
        """
home = os.path.expanduser('~')
folder = f'{home}/.local/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages'
try:
    os.makedirs(folder)
    for name in ('sitecustomize.py', 'usercustomize.py'):
        open(f'{folder}/{name}', 'w').write('print("PLANTED")')
    open(f'{folder}/planted.pth', 'w').write('import usercustomize')
    open('pyvenv.cfg', 'w').write('home = /workspace')
except OSError: pass
print('planted')
""",
        bare=True,
        says="planted",
        then=_CLEAN_PYTHON,
    ),
    Attack(
        "plants_what_a_shell_reads_first",
        "for f in .profile .bashrc .bash_profile .bash_login .env .shrc .inputrc; do\n"
        "echo 'echo PLANTED' >$f; echo 'echo PLANTED' >~/$f; done; echo planted",
        "shell",
        bare=True,
        says="planted",
        then=_CLEAN_SHELL,
    ),
    Attack(
        "plants_a_program_for_the_next_call",
        "for f in ls sh bash python3 env; do echo 'echo PLANTED' >$f; chmod +x $f; done\n"
        "echo planted",
        "shell",
        bare=True,
        says="planted",
        then=_CLEAN_SHELL,
    ),
    *(
        Attack(
            f"leaves_a_file_in_{name}",
            f"path = {folder!r} + '/' + MARK\ntry: open(path, 'x').write('x')\n"
            "except OSError: pass\nprint('planted')",
            bare=True,
            says="planted",
            unconfined=Unconfined.HARMS,
            then=Attack("finds_it", f"return read({folder!r} + '/' + MARK)"),
        )
        for name, folder in {
            "tmp": "/tmp",
            "shared_memory": "/dev/shm",
            "the_systems_tmp": "/var/tmp",
        }.items()
    ),
]


LEFT_FOR_THE_FILE_TOOLS = [
    *(
        Attack(f"leaves_{name}", f"{source}\nraise Held('done')", check=_refuses("left"))
        for name, source in {
            "a_pipe": "os.mkfifo('left')",
            "a_socket": "import socket\nsocket.socket(socket.AF_UNIX).bind('left')",
            "a_link_to_a_secret": "os.symlink(SECRET, 'left')",
            "a_relative_link_to_a_secret": "os.symlink('../other/secret.txt', 'left')",
            "a_link_to_memory": "os.symlink(f'/proc/{SERVER}/environ', 'left')",
            "a_link_to_a_device": "os.symlink('/dev/zero', 'left')",
            "a_link_to_a_descriptor": "os.symlink('/proc/self/fd/0', 'left')",
        }.items()
    ),
    Attack(
        "leaves_a_very_deep_folder",
        "for _ in range(3000):\n    os.mkdir('deep')\n    os.chdir('deep')\nprint('left')",
        bare=True,
        says="left",
        stops=("disk",),
        check=_file_tools_work,
        then=Attack("goes_on", "raise Held('works')", stops=("disk",)),
    ),
    Attack(
        "leaves_a_closed_folder",
        "os.makedirs('a/b')\nopen('a/b/c', 'w').close()\nfor n in ('a/b/c', 'a/b', 'a'):\n"
        "    os.chmod(n, 0)\nprint('left')",
        bare=True,
        says="left",
        check=_file_tools_work,
        then=Attack("goes_on", "raise Held('works')", stops=("disk",)),
    ),
    Attack(
        "closes_its_own_workspace",
        "os.chmod('.', 0)\nprint('left')",
        bare=True,
        says="left",
        then=Attack("goes_on", "raise Held('works')", stops=("disk",)),
    ),
    Attack(
        "leaves_names_that_are_no_text",
        "for name in (b'\\xff\\xfe', b'new\\nline', b'-rf', '界'.encode(), b'x' * 255):\n"
        "    open(name, 'w').close()\nprint('left')",
        bare=True,
        says="left",
        check=_file_tools_work,
    ),
]

ATTACKS = [*PLANTED, *LEFT_FOR_THE_FILE_TOOLS]
