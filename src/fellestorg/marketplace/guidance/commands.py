"""The command line: ``fellestorg guidance``."""

from __future__ import annotations

import argparse
import json

from fellestorg.kernel import clock
from fellestorg.marketplace.guidance import product, queries


def guidance(argv: list[str]) -> int:
    """``guidance load``: the articles that come with the product; ``guidance list``: what is published."""
    parser = argparse.ArgumentParser("fellestorg guidance", description="Articles that come with the product.")
    parser.add_argument("what", choices=("load", "list"))
    parser.add_argument("--language", choices=("nb", "nn", "en"), default="nb")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    if options.what == "load":
        written = product.load(now=clock.now())
        print(
            json.dumps({"written": written}) if options.json else f"{len(written)} written: {', '.join(written) or '-'}"
        )
        return 0
    found = queries.published(options.language)
    if options.json:
        rows = [{"slug": one.slug, "title": one.title, "version": one.version} for one in found]
        print(json.dumps({"articles": rows}, ensure_ascii=False))
        return 0
    for one in found:
        print(f"{one.slug}  {one.version}  {one.title}")
    return 0
