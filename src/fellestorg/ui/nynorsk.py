"""Finds bokmål in nynorsk: words that are only bokmål, and endings that nynorsk does not have.

A hint for people, not a grammar: it is meant to miss much and to be wrong seldom.
"""

from __future__ import annotations

import re

WORDS = """
ansatt ansatte antall avtaler avtalene ble beslutning beslutningen bruker brukere bærbar bærbare dagene dager
dere egen eget egne fler flere forespørsel forrige fra frem gjør gjøre hjem hun hva hvem hver hvert hvilke
hvilken hvilket hvis hvor hvordan hvorfor høy høyere høyeste ikke innkjøper innkjøpere jeg kommer kommunene
kommuner kunngjøring kunngjøringen lav lavere lavest laveste leverandører leverandørene mens mer måned måneden
måneder navn navnet noe noen oppdragsgiver oppdragsgivere priser prisene regler selv siden skrevet sted stedet
tilbud tilbudet tilbudene tilbyder tilbydere tjeneste tjenesten tjenester uten valgt velg velge vises være vært
åpen åpne åpnet
"""
BOKMAL = frozenset(WORDS.split())
ENDINGS = re.compile(r"(?:lig|lige|het|heten|heter|else|elsen|elser|elsene|inger|ingene)\Z")
NYNORSK_TOO = frozenset({"billig", "billige", "helse", "finger", "penger", "ingen", "ringer"})
WORD = re.compile(r"[^\W\d_]+")
# What stands in a placeholder or an address is no text.
SKIPPED = re.compile(r"%\(\w+\)[sd]|\{\w*\}|\S+[/@]\S+|«[^»]*»")


def bokmal_words(text: str) -> list[str]:
    """The words of a nynorsk text that only bokmål has, in order of appearance."""
    found = []
    for word in WORD.findall(SKIPPED.sub(" ", text)):
        small = word.lower()
        if small in BOKMAL or (len(small) > 4 and ENDINGS.search(small) and small not in NYNORSK_TOO):
            found.append(word)
    return found
