"""Filing into the pool, technology cards, funded projects, exploitation, samples of quality."""
