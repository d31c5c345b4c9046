"""What firms can compete for: planned, on consultation, out for tender, and purchasing systems that take them in."""
