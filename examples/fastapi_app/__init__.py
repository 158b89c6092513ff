"""alignkit inside FastAPI: what both teams know, asked and written over HTTP."""
