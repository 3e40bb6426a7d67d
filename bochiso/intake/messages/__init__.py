"""Messages of the sync: items of dossiers, steps, lists, as systems send them."""
