"""What the law says, as data: the indicator sets and their model."""
