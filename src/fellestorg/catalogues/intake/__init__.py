"""Taking in price lists of any size: reading the formats, comparing with the prices of the day, deciding, writing.

A file becomes columns, never a thing per line: :mod:`peppol` and :mod:`tables` read it, :mod:`reading` understands its
cells, :mod:`compare` sets it beside the prices that hold, :mod:`store` copies it into the database and makes it valid.
"""
