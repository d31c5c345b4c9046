"""Reuse: what became of equipment that an agency handed in, what came back in money, and the climate saved."""
