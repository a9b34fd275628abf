"""`dispatch user`: who may ask. For the first administrator, and for whoever has lost a password."""

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from dispatch import sessions, settings, users, wire
from dispatch.access import Act, program
from dispatch.cli import options, screen
from dispatch.errors import Code, Finding, InputError
from dispatch.store import migrations
from dispatch.store.tables import Role, User

Work = Callable[[Act, argparse.Namespace], None]


def add(commands: options.Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("user", help="who may ask", description="Make, list and disable users and their tokens.")
    tasks = parser.add_subparsers(title="tasks", required=True, metavar="TASK")
    adding = _add(tasks, "add", "make a user", add_user)
    adding.add_argument("--role", required=True, choices=[role.value for role in Role], help="what they may do")
    adding.add_argument("--territory", action="append", default=[], metavar="T", help="a territory they may see; several times")
    adding.add_argument("--technician", metavar="ID", help="which technician of the territory they are")
    adding.add_argument("--password", action="store_true", help="ask for a password; otherwise they have tokens only")
    _add(tasks, "list", "list all users", list_users, named=False)
    _add(tasks, "disable", "let a user ask no more", disable)
    _add(tasks, "enable", "let a disabled user ask again", enable)
    _add(tasks, "password", "set a password", set_password)
    _add(tasks, "token", "make a bearer token, and print it once", make_token).add_argument(
        "--for", dest="purpose", default="command line", metavar="TEXT", help="what it is for"
    )
    _add(tasks, "tokens", "list the tokens of a user", list_tokens)
    _add(tasks, "revoke", "revoke a token", revoke).add_argument("token", metavar="TOKEN_ID")


def _add(tasks: options.Commands, name: str, words: str, work: Work, *, named: bool = True) -> argparse.ArgumentParser:
    parser = tasks.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
    if named:
        parser.add_argument("name", metavar="NAME")
    parser.set_defaults(run=lambda arguments: _run(work, arguments))
    return parser


def _run(work: Work, arguments: argparse.Namespace) -> int:
    with migrations.opened(settings.read(os.environ).database) as store, store.writing() as session:
        work(Act(session, program("command"), datetime.now(UTC)), arguments)
    return options.DONE


# ---------------------------------------------------------------- tasks


def add_user(act: Act, arguments: argparse.Namespace) -> None:
    """Make a user."""
    raw: dict[str, object] = {"name": arguments.name, "role": arguments.role}
    if arguments.technician:
        if len(arguments.territory) != 1:
            raise InputError([Finding("--territory", Code.REQUIRED, "the one territory of the technician is needed")])
        raw["technician"] = {"territory": arguments.territory[0], "id": arguments.technician}
    elif arguments.territory:
        raw["territories"] = arguments.territory
    if arguments.password:
        raw["password"] = _password()
    screen.note(f"user {users.create(act, wire.read_record(wire.NewUser, raw)).id}")


def list_users(act: Act, arguments: argparse.Namespace) -> None:  # noqa: ARG001
    """List all users."""
    cursor = None
    while True:
        rows = users.listed(act, 500, cursor)
        for user in map(users.shown, rows.items):
            seen = "all" if user.territories is None else ",".join(user.territories) or "none"
            columns = [user.id, user.name, user.role, seen, *(["disabled"] if user.disabled else [])]
            sys.stdout.write("\t".join(columns) + "\n")
        if (cursor := rows.next) is None:
            return


def disable(act: Act, arguments: argparse.Namespace) -> None:
    """Let a user ask no more."""
    users.change(act, _user(act, arguments).id, wire.UserChange(disabled=True))


def enable(act: Act, arguments: argparse.Namespace) -> None:
    """Let a disabled user ask again."""
    users.change(act, _user(act, arguments).id, wire.UserChange(disabled=False))


def set_password(act: Act, arguments: argparse.Namespace) -> None:
    """Set a password; ends every session of the user."""
    users.change(act, _user(act, arguments).id, wire.read_record(wire.UserChange, {"password": _password()}))


def make_token(act: Act, arguments: argparse.Namespace) -> None:
    """Make a token, and print it: it is kept nowhere."""
    wanted = wire.read_record(wire.NewToken, {"name": arguments.purpose})
    token, secret = sessions.make_token(act, _user(act, arguments), wanted)
    screen.note(f"token {token.id}")
    sys.stdout.write(secret + "\n")


def list_tokens(act: Act, arguments: argparse.Namespace) -> None:
    """List the newest tokens of a user, also those that have ended."""
    for token in map(sessions.token_shown, sessions.tokens(act, _user(act, arguments), 500).items):
        ended = f"\trevoked {token.revoked_at:%Y-%m-%d}" if token.revoked_at else ""
        sys.stdout.write(f"{token.id}\t{token.created_at:%Y-%m-%d}\t{token.name}{ended}\n")


def revoke(act: Act, arguments: argparse.Namespace) -> None:
    """Revoke a token."""
    sessions.revoke(act, _user(act, arguments), arguments.token)


def _user(act: Act, arguments: argparse.Namespace) -> User:
    return users.named(act.session, arguments.name)


def _password() -> str:
    """A password: typed twice at a terminal, one line of standard input otherwise."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("password: ")
    if getpass.getpass("again: ") != password:
        raise InputError([Finding("password", Code.CONFLICT, "the two are not the same")])
    return password
