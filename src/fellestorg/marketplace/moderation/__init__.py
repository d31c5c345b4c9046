"""What SI checks before anything is public, and what is taken away.

``reasons.py``   the reasons there are for saying no, as dated data
``language.py``  marketing language: what cannot be proved, with what to write instead; pure
``deciding.py``  the verbs: take a case, recommend, decide; ask to be heard, answer, remove
"""
