"""Hotels: ranked by net price, distance and ecolabel; offers held against the agreed rates; refused rates reported."""
