"""
From checked nodes to one generated Python function per kind of subject.

The only place where code is generated and run; it sees checked nodes, never text. Names in the code come from the
model and are checked again; text, spans and sets reach it as constants by index.
"""
