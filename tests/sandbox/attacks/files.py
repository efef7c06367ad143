"""Attacks on what the server and its other users keep in files."""

from sandbox.attacks.attack import Attack, Unconfined

ESCAPES, HARMS = Unconfined.ESCAPES, Unconfined.HARMS

READING = [
    Attack("reads_the_database", "return canary(read(DATABASE))", unconfined=ESCAPES),
    Attack("reads_the_database_in_shell", 'cat "$DATABASE"', language="shell", unconfined=ESCAPES),
    Attack("reads_a_key", "return canary(read(KEY))", unconfined=ESCAPES),
    Attack("reads_an_ssh_key", "return canary(read(HOME_KEY))", unconfined=ESCAPES),
    Attack("reads_the_file_of_another_user", "return canary(read(SECRET))", unconfined=ESCAPES),
    Attack("lists_other_users", "return os.listdir(DATA + '/workspaces')", unconfined=ESCAPES),
    Attack("reads_beside_its_folder", "return read('../other/secret.txt')", unconfined=ESCAPES),
    Attack(
        "reads_beside_its_folder_in_shell",
        "cd .. && cat other/secret.txt",
        language="shell",
        unconfined=ESCAPES,
    ),
    Attack("climbs_to_the_root", "return read('../' * 40 + SECRET)", unconfined=ESCAPES),
    Attack("climbs_from_tmp", "return read('/tmp/../' + SECRET)", unconfined=ESCAPES),
    Attack("reads_the_hosts_shadow", "return read('/etc/shadow')"),
    Attack(
        "reads_the_hosts_passwd",
        # What a sandbox may have of its own: root, nobody and the job's user.
        "lines = read('/etc/passwd').splitlines()\n"
        "if len(lines) <= 4: raise Held('of its own')\n"
        "return len(lines)",
    ),
    Attack("reads_the_hosts_name", "return read('/etc/hostname') + read('/etc/machine-id')"),
    Attack(
        "lists_the_servers_home",
        # Python itself may be in it.
        "names = set(os.listdir(SERVER_HOME)) - set(sys.base_prefix.split('/'))\n"
        "if not names: raise Held('nothing')\nreturn names",
    ),
]

THROUGH_LINKS = [
    Attack(
        "follows_a_link_to_a_secret",
        "os.symlink(SECRET, 'link')\nreturn canary(read('link'))",
        unconfined=ESCAPES,
    ),
    Attack(
        "follows_a_relative_link",
        "os.symlink('../' * 40 + SECRET, 'link')\nreturn canary(read('link'))",
        unconfined=ESCAPES,
    ),
    Attack(
        "follows_a_chain_of_links",
        "os.symlink(DATA, 'a')\nos.symlink('a/workspaces', 'b')\nreturn read('b/other/secret.txt')",
        unconfined=ESCAPES,
    ),
    Attack(
        "makes_a_hard_link_to_a_secret",
        "os.link(SECRET, 'link')\nreturn canary(read('link'))",
        unconfined=HARMS,
    ),
    Attack(
        "makes_a_hard_link_beside",
        "open('mine', 'w').close()\nreturn os.link('mine', SECRET + '.link')",
        unconfined=HARMS,
    ),
    Attack(
        "makes_a_link_outside",
        "return os.symlink('/etc/passwd', SECRET + '.link')",
        unconfined=HARMS,
    ),
    Attack(
        "races_a_link_against_a_folder",
        """
import threading, time
os.mkdir('real'); os.mkdir('folder')
os.symlink(DATA + '/workspaces/other', 'bad')
end = time.monotonic() + 0.3
def swap():
    while time.monotonic() < end:
        os.rename('folder', 'away'); os.rename('bad', 'folder')
        os.rename('folder', 'bad'); os.rename('away', 'folder')
threading.Thread(target=swap).start()
while time.monotonic() < end:
    try: return read('folder/secret.txt')
    except OSError as error: reason = error
raise reason
""",
        unconfined=ESCAPES,
    ),
    Attack(
        "opens_a_secret_by_its_handle",
        """
class Handle(ctypes.Structure):
    _fields_ = [('size', ctypes.c_uint), ('type', ctypes.c_int), ('bytes', ctypes.c_char * 128)]
handle, mount = Handle(size=128), ctypes.c_int()
system('name_to_handle_at', -100, b'.', ctypes.byref(handle), ctypes.byref(mount), 0)
folder = os.open('.', os.O_RDONLY)
return system('open_by_handle_at', folder, ctypes.byref(handle), os.O_RDONLY)
""",
    ),
    Attack(
        "walks_out_of_its_root",
        "return canary(read('/proc/self/root/../..' + SECRET))",
        unconfined=ESCAPES,
    ),
    Attack(
        "walks_out_through_the_descriptor_of_a_folder",
        "folder = os.open('.', os.O_PATH)\n"
        "return os.open('../other/secret.txt', os.O_RDONLY, dir_fd=folder)",
        unconfined=ESCAPES,
    ),
]

CHANGING = [
    Attack(
        "opens_the_database_to_write", "return os.open(DATABASE, os.O_RDWR)", unconfined=ESCAPES
    ),
    Attack("appends_to_the_database", "return open(DATABASE, 'a').write('x')", unconfined=HARMS),
    Attack("removes_the_database", "return os.unlink(DATABASE)", unconfined=HARMS),
    Attack("truncates_the_database", "return os.truncate(DATABASE, 0)", unconfined=HARMS),
    Attack("moves_the_database_in", "return os.rename(DATABASE, 'mine')", unconfined=HARMS),
    Attack(
        "moves_a_file_over_the_database",
        "open('mine', 'w').close()\nreturn os.replace('mine', DATABASE)",
        unconfined=HARMS,
    ),
    Attack(
        "exchanges_the_database",
        "open('mine', 'w').close()\n"
        "return call('renameat2', -100, b'mine', -100, DATABASE.encode(), 2)",
        unconfined=HARMS,
    ),
    Attack(
        "closes_the_database_to_its_owner",
        # A sandbox may pretend success: what counts is how the file is afterwards.
        "os.chmod(DATABASE, 0)\nif os.stat(DATABASE).st_mode & 0o777: raise Held('pretended')",
        unconfined=HARMS,
    ),
    Attack(
        "opens_a_key_to_everybody",
        "os.chmod(KEY, 0o666)\nif os.stat(KEY).st_mode & 0o777 == 0o600: raise Held('pretended')",
        unconfined=HARMS,
    ),
    Attack(
        "opens_a_key_through_a_link",
        "os.symlink(KEY, 'link')\nos.chmod('link', 0o666)\n"
        "if os.stat(KEY).st_mode & 0o777 == 0o600: raise Held('pretended')",
        unconfined=HARMS,
    ),
    Attack(
        "makes_the_database_look_old",
        "os.utime(DATABASE, (0, 0))\nif os.stat(DATABASE).st_mtime: raise Held('pretended')",
        unconfined=HARMS,
    ),
    Attack(
        "marks_the_database",
        "os.setxattr(DATABASE, 'user.mark', b'x')\n"
        "if not os.listxattr(DATABASE): raise Held('pretended')",
    ),
    Attack("changes_the_servers_code", "return open(CODE, 'a').write('x')", unconfined=HARMS),
    Attack("changes_the_running_servers_code", "return os.open(SOURCE, os.O_RDWR)"),
    Attack(
        "writes_into_another_users_folder",
        "return open(SECRET + '.new', 'w').write('x')",
        unconfined=HARMS,
    ),
    Attack(
        "makes_a_folder_beside_its_own",
        "return os.mkdir(DATA + '/workspaces/new')",
        unconfined=HARMS,
    ),
    Attack("changes_another_users_file", "return open(SECRET, 'w').write('x')", unconfined=HARMS),
    Attack(
        "removes_another_users_folder",
        'test -e "$DATA" && rm -r "$DATA/workspaces/other"',
        language="shell",
        unconfined=HARMS,
    ),
    Attack("writes_into_the_servers_home", "return open(SERVER_HOME + '/' + MARK, 'x')"),
    Attack(
        "writes_where_the_system_looks",
        """
folders = ['/etc', '/etc/cron.d', '/var/spool/cron', '/var/spool/cron/crontabs', '/etc/profile.d',
    '/usr/local/bin', '/usr/bin', '/usr/lib/python3/dist-packages', '/run', '/opt', SITE]
return first(folders, lambda folder: open(folder + '/' + MARK, 'x'))
""",
    ),
    Attack(
        "watches_what_others_do_with_files",
        "watch = call('inotify_init1', 0)\n"
        "return call('inotify_add_watch', watch, DATA.encode(), 0xFFF)",
        unconfined=ESCAPES,
    ),
]

ATTACKS = [*READING, *THROUGH_LINKS, *CHANGING]
