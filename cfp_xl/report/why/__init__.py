"""Why a number is what it is: the sentence, the tree as text, JSON and a page."""
