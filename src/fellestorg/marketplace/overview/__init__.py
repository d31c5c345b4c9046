"""The overview of the market: the house's own figures, imported studies beside them, and how agencies run their IT."""
