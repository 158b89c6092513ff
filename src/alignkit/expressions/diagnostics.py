"""What is wrong with rule text, where, and what would be right."""

from __future__ import annotations

from typing import Final, Literal

import attrs

__all__ = ["CODES", "Diagnostic"]

CODES: Final[dict[str, str]] = {
    "RuleSyntax": "The text is not Python, or uses Python that is not part of the rule language.",
    "RuleTooLarge": "The text, or what it lowers to, is beyond the limits of size or depth.",
    "RuleShape": "A rule is one function: a view, then now or today, then keyword-only thresholds.",
    "UnknownName": "A name is neither a local, a parameter, a captured value nor a function of the language.",
    "UnknownField": "A record has no such field, hop or relation.",
    "TypeMismatch": "Two values do not go together, or a function got something else than it takes.",
    "MaybeUnknown": "A value that may be None is used where it must be known.",
    "NotACondition": "Something that is neither true nor false stands where a condition is needed.",
    "MissingReturn": "A path through the function ends without a return.",
    "AssignedTwice": "A local gets a value more than once.",
    "NotCapturable": "A name stands for something that cannot become part of a rule.",
    "Correlated": "An aggregate inside another reads more than its own item.",
    "NumberRange": "A number could leave the range in which all engines agree.",
    "OutsideScore": "Warning: a constant outcome lies outside 0..1.",
    "NotReadable": "The source of the function cannot be read, or is not the code that runs.",
    "EarlierKindsOnly": "A score or band is read of a kind that is judged later, or of the subject itself.",
    "PolicyInvalid": "Rules, weights, bands or parameters of a policy do not fit together.",
    "UnusualValue": "Warning: a comparison with text outside the usual vocabulary.",
    "InexactComparison": "Warning: two calculated numbers are compared for equality.",
    "Opaque": "Warning: the rule runs natively only.",
    "CustomField": "A view declares something that cannot be a custom field, or one field in two ways.",
    "PythonOnly": "Warning: a function of a plugin has no SQL; in a database the rule is judged natively.",
}
"""Every code with what it stands for. Codes are stable; the wording of messages is not."""


@attrs.frozen
class Diagnostic:
    """
    One fault or warning.

    Attributes:
        code: One of `CODES`.
        message: What is wrong and what would be right.
        rule_id: The rule; empty for a filter or for the policy as a whole.
        line: Line in the rule's text, from 1; 0 where it concerns no place.
        column: Column in characters, from 1; 0 where it concerns no place.
        suggestion: The nearest right name; empty where there is none.
        severity: `"error"` or `"warning"`.
    """

    code: str
    message: str
    rule_id: str = ""
    line: int = 0
    column: int = 0
    suggestion: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        where = f"{self.rule_id or 'policy'}:{self.line}:{self.column}" if self.line else self.rule_id or "policy"
        hint = f" (did you mean {self.suggestion!r}?)" if self.suggestion else ""
        mark = "" if self.severity == "error" else "warning "
        return f"{where}: {mark}{self.code}: {self.message}{hint}"
