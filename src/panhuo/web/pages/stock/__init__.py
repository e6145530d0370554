"""Stock patents: the list, one patent, their numbers, taking stock, exports."""
