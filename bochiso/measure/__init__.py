"""Facts to numerators and denominators, as Ibis expressions: the same ones run on DuckDB and on Spark."""
