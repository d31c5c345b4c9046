"""The basket as people shop: filled, read, priced, bettered, and kept as shopping lists."""
