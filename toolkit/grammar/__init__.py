"""Grammar: what a sentence's parse tells of its clauses and events; framing counts what is found here."""
