"""Valuation records, bank cards and the royalty reference: what people put on record, who and when."""
