"""Tables of figures (rates, points, counts, payments) to one intake."""
