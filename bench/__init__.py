"""Benchmarks: ours and a peer side by side in one run, as ratios, so that they hold on any machine."""
