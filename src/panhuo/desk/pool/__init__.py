"""入库: entries of the pool with their cards, funded projects, exploitation with its evidence, samples of quality."""
