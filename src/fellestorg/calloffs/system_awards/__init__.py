"""What is announced of awards in a purchasing system, grouped by quarter (FA-12, Directive 2014/24/EU art. 50(3))."""
