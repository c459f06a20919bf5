"""Speed, memory and the truth of the numbers. Run one with `python -m benchmarks.NAME`, from the top folder."""
