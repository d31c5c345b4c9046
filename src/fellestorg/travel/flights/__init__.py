"""Flights: routes, who delivers on them at what discount, and offers ranked by what they really cost."""
