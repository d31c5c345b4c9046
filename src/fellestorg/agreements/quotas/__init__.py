"""Quotas: shares of a lot's buyers for each supplier, who is assigned to whom, and what keeps the shares."""
