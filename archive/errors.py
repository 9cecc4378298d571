"""The errors the archive raises on purpose: each message is one line and says what to do."""

from __future__ import annotations


class ArchiveError(Exception):
    """Something a person can act on; the command prints it in one line and exits with `exit_code`.

    Exit codes are those of the command (docs/operations.md): 1 failed, 2 usage, 4 locked by another
    run, 5 no space or archive not writable.
    """

    exit_code = 1


class UsageError(ArchiveError):
    """The request itself is wrong: an unknown page, a bad day, a missing file."""

    exit_code = 2


class ArchiveLockedError(ArchiveError):
    """Another live run holds the site or the archive."""

    exit_code = 4


class NotWritableError(ArchiveError):
    """No space is left, or the archive cannot be written."""

    exit_code = 5


class LeaseLostError(ArchiveError):
    """The frontier row is no longer leased to this run: its page must not be stored."""
