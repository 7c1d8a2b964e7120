"""The study `siamese`: the tables and figures of arXiv:2210.07410, and the truth beside them."""
