"""How a supplier's prices have moved between two days."""
