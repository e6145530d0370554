"""Patent portfolios: what was stated of them, which patents stand in them, since when and by whom."""
