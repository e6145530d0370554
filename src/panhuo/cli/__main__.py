"""python -m panhuo.cli: the command line without its script."""

from panhuo.cli import main

main()
