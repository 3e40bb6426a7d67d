"""A synthetic province and a stand-in for the national portal: for the demo, the tests and the benchmarks.

Names are those of real units; every figure is invented.
"""
