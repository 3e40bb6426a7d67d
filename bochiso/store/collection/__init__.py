"""Collections from the portal: a run, its folder, its log, its schedule."""
