"""Damaged and hostile inputs in great numbers: `make fuzz` runs 20,000 of them, tests/test_fuzz.py a few."""
