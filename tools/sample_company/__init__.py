"""Writes the files of the sample company: tables of facts, a little chance, and the shapes of two tools."""
