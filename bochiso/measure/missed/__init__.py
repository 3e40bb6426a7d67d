"""What indicators missed, item by item: each denominator less its numerator, by their own counts."""
