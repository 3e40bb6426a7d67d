"""The lake: facts of many provinces as Parquet files, and what is measured straight from them."""
