"""How good a ranking is against what people judged: measures, intervals, levels from scores, baselines."""
