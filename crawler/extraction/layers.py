"""Which layer found a field: a rule of the site's own row, of its platform, or none.

The layers are asked in this order, field by field; the first that finds something wins. What was
learned of a site is no layer that finds: it masks lines for the generic one, which is then told as
`template`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from crawler.extraction.rules import Rules

Layer = Literal["site", "platform", "template", "generic"]

LONGEST_RAW = 120
"""Characters kept of a string that the page shows, in the evidence."""

SELECTOR = "selector"
META = "meta"

# What is looked for among the lines of the page: those that were learned are left out.
_MASKED = frozenset({"title", "lead", "body"})


def rule_of(selector: str) -> str:
    """The rule of the evidence for what a selector of the rules found."""
    return f"{SELECTOR} {selector}"


def layer_of(name: str, rule: str, rules: Rules, *, masked: bool) -> Layer:
    """The layer of a field, from the rule that its evidence names.

    `masked`: a learned template was in force where the generic layer looked.
    """
    kind, _, selector = rule.partition(" ")
    if kind == SELECTOR or (kind == META and rules.date_meta):
        return "site" if rules.own and _is_own(selector, rules) else "platform"
    return "template" if masked and name in _MASKED else "generic"


def _is_own(selector: str, rules: Rules) -> bool:
    """Whether a selector comes from the site's row; where a date was joined from two places the
    first decides."""
    return any(selector == one or selector.startswith(f"{one}+") for one in rules.own)


def with_layers(evidence: dict[str, Any], rules: Rules, *, masked: bool) -> dict[str, Any]:
    """The evidence with the layer of each field that was found."""
    return {
        name: {"layer": layer_of(name, told["rule"], rules, masked=masked), **told}
        if isinstance(told, dict) and told.get("rule", "none") != "none"
        else told
        for name, told in evidence.items()
    }
