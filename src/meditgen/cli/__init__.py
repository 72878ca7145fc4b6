"""The command line: a thin face. Each command's file parses, calls and prints; this one finds it and tells errors."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from meditgen import __version__
from meditgen.errors import MeditgenError

__all__ = ["main"]

_COMMANDS = {
    "generate": "Make a track.",
    "preview": "Show the words of a practice with their times.",
    "practices": "List the practices.",
    "voices": "List the voices.",
    "beds": "List the beds.",
    "doctor": "Say what this machine has, what is missing, and how to get it.",
}
"""Every command with its short help; its module is imported when it is called, so that --help is quick."""


class _Lazy(click.Group):
    """A group that knows its commands' names and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own interface
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"meditgen.cli.{cmd_name}").command
        assert isinstance(command, click.Command)  # noqa: S101 - ours
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            from meditgen.nearest import did_you_mean

            ctx.fail(f"there is no command “{args[0]}”. {did_you_mean(args[0], _COMMANDS)}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="meditgen")
def group() -> None:
    """Guided meditations that are personal, made on your own machine.

    \b
    meditgen practices
    meditgen generate self-compassion-break
    meditgen generate through-caring-eyes --profile maya.yaml --minutes 12 --bed ocean
    """


def main() -> None:
    """Run the command line and leave with its exit code: 0 done, 1 failed, 2 bad input, 130 stopped."""
    sys.exit(_run())


def _run() -> int:
    try:
        code = group.main(standalone_mode=False)
    except click.UsageError as error:
        error.show()
        return 2
    except click.ClickException as error:
        error.show()
        return 1
    except MeditgenError as error:
        _tell(str(error))
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        _tell("stopped; nothing half done was left behind.")
        return 130
    except BrokenPipeError:  # the reader of our output went away: `meditgen practices | head -1`
        sys.stderr.close()
        return 0
    return code if isinstance(code, int) else 0


def _tell(sentence: str) -> None:
    click.echo(f"meditgen: {sentence}", err=True)
