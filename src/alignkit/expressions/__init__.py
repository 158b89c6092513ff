"""
The rule language: from the text of a function to a checked node, and from there to code.

Knows nothing of customers; the model it speaks about is handed in.
"""
