"""What a person should check of an article: the names of the flags, and what each one says."""

from __future__ import annotations

MEANINGS = {
    "short-region": "less than 400 characters of text: a notice, or was the text missed?",
    "no-title-match": "neither address, listing nor metadata say the title's words",
    "no-rule-body": "nothing stood where the rules name the text: has the layout changed?",
    "no-template": "found without rules, before the site's boilerplate was learned",
    "template-drift": "far fewer lines are known than usual on the site: has the layout changed?",
    "dropped-long": "a long sentence inside the region was not kept",
    "jsonld-longer": "the page's JSON-LD holds a text more than 1.3 times as long",
    "date-null": "no date was found, or none was certain",
    "date-order": "day and month may be swapped: say which in the row's `dates`",
    "date-weekday": "the weekday beside the date is that of another day",
    "date-before-event": "published before the day the text begins with; only the day is kept",
    "unrepaired-encoding": "letters of an old or damaged encoding could not be repaired",
    "page-cut": "the page was too large, and its end was not read",
    "cause-assumed": "a merge put it between others: versions alone tell why the text changed",
}
"""By flag one line; docs/extraction.md has the same and what to look at."""


def meaning_of(flag: str) -> str:
    """What a flag says; one of another version says nothing."""
    return MEANINGS.get(flag, "a flag of another version of mattran")
