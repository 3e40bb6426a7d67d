"""Forms of periodic reports that units fill in themselves and send."""
