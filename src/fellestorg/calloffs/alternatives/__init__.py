"""Ways to meet the same need over its lifetime, beside each other: buy, rent, lease, as a service, new or used."""
