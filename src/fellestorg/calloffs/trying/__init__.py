"""Call-off rules tried before they hold: what a policy would lead to, for any amount and facts."""
