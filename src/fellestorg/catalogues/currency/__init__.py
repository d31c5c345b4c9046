"""Adjustment of fixed prices by exchange rate, where an agreement says so: rates, clause, preview, and what was decided.

It stands beside ``regulation/`` and shares its arithmetic of prices; two people decide it, and everybody is told.
"""
