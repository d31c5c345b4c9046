"""The law as dated data, the Norwegian calendar and the deadline engine. Pure Python; stands on values alone.

The rules are TOML files in this folder, one table per rule, one ``versions`` row per stretch of time::

    from fellestorg.law import rule_book

    rule = rule_book().rule("FA-1", on=date(2023, 11, 1))
    rule.values["max_months"]     # 48
    rule.text["nn"]               # what it says, in nynorsk
    rule.ref                      # values.RuleRef, to be kept with the decision

Change a value by adding a version, never by editing one that decisions already rest on. ``verified = false`` means that
nobody has confirmed the value against its primary source; every page that shows the rule says so.
"""

from fellestorg.law.load import rule_book
from fellestorg.law.rules import LANGUAGES, Rule, RuleBook, RuleValue

__all__ = ["LANGUAGES", "Rule", "RuleBook", "RuleValue", "rule_book"]
