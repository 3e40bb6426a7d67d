"""Pages that look across units: one indicator, charts by their address and for other sites, maps."""
