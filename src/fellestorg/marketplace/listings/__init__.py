"""Services and products that firms present: typed answers, versions, the firms' own pages and what the public sees."""
