"""Pages of what is to be done: lists of work, explanations, targets, petitions."""
