"""Rental cars: zero emission first within a tolerance, else under a cap on CO2; and what the agencies' rentals emit."""
