"""The command line: ``fellestorg shortlist``."""

from __future__ import annotations

import argparse
import json
import sys

from fellestorg.kernel.http import plain
from fellestorg.marketplace.shortlists.content import is_whole
from fellestorg.marketplace.shortlists.models import FixedShortlist


def shortlist(argv: list[str]) -> int:
    """A fixed shortlist as it is kept, with its fingerprint. Exit 1 where the two do not agree, 2 where there is none."""
    parser = argparse.ArgumentParser("fellestorg shortlist", description="A fixed shortlist, checked and exported.")
    parser.add_argument("number", type=int)
    parser.add_argument("--json", action="store_true", help="the whole content")
    options = parser.parse_args(argv)
    found = FixedShortlist.objects.filter(shortlist_id=options.number).first() if 0 < options.number < 2**62 else None
    if found is None:
        print(f"fellestorg: there is no fixed shortlist {options.number}", file=sys.stderr)
        return 2
    whole = is_whole(found)
    if options.json:
        told = {"sha256": found.sha256, "intact": whole, "fixed_at": found.fixed_at, "content": found.content}
        print(json.dumps(plain(told), ensure_ascii=False, indent=1))
    else:
        print(f"{found.content['number']}  {found.content['buyer']['name']}  {found.content['title']}")
        for one in found.content["listings"]:
            print(f"  {one['verdict']:<9} {one['key']} v{one['version']}  {one['grounds']}")
        print(f"sha256 {found.sha256}  {'intact' if whole else 'DOES NOT AGREE with the content'}")
    return 0 if whole else 1
