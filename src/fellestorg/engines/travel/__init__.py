"""Pure computation about travel: fares, stays, rentals, climate. Facts in, answer out; no database, no clock."""
