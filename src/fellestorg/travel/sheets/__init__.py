"""Hotel rates, rental prices and what counts, brought in by sheet or form, compared with what holds, by four eyes."""
