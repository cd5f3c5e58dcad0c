"""The report as a page to look at: the text, the facts in it, and what speaks for them."""
