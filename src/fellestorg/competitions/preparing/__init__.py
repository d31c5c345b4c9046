"""Preparing a competition: from the first line to the notice. The lead fills in, the guards say what is missing."""
