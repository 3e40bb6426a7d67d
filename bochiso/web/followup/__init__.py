"""Pages of what is to be done: lists of work, dossiers, targets, petitions."""
